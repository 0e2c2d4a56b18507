import { readdirSync } from 'node:fs'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { loadAttacks } from 'rls-judge/attacks.ts'
import type { Platform } from 'rls-judge/platform.ts'
import type { Project } from 'rls-judge/project.ts'
import { INTENT } from './access.ts'
import { SEARCH_PATH } from './client/identity.ts'
import { inRoot, root } from './paths.ts'
import { findPlatform } from './platforms/find.ts'
import { readSettings } from './settings.ts'

/**
 * The input of rls-judge for Centrid.
 *
 * @param database determines the platform, unless PLATFORM is set
 * @param attacks folder of the attacks, in JavaScript
 */
export async function loadProject(database: ConnectionString, attacks: string): Promise<Project> {
  return projectOf(
    await withOwnerClient(database, (client) => findPlatform(client, readSettings().platform)),
    attacks,
  )
}

/** The same for a known platform. */
export async function projectOf(platform: Platform, attacks: string): Promise<Project> {
  return {
    intent: INTENT,
    platform,
    attacks: await loadAttacks(attacks, SEARCH_PATH),
    pgtap: { folder: root, files: pgtapFiles() },
  }
}

/** The pgTAP files, relative to the root. A helpers.sql is included by others. */
function pgtapFiles(): string[] {
  return ['tests/schema', 'tests/rls'].flatMap((folder) =>
    readdirSync(inRoot(folder))
      .filter((name) => name.endsWith('.sql') && name !== 'helpers.sql')
      .sort()
      .map((name) => `${folder}/${name}`),
  )
}
