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
 * What the judge is given of Centrid.
 *
 * @param database decides which platform it is judged on, unless PLATFORM names one
 * @param attacks folder of the attacks, in JavaScript
 */
export async function loadProject(database: ConnectionString, attacks: string): Promise<Project> {
  return projectOf(
    await withOwnerClient(database, (client) => findPlatform(client, readSettings().platform)),
    attacks,
  )
}

/** The same on a platform that is known. */
export async function projectOf(platform: Platform, attacks: string): Promise<Project> {
  return {
    intent: INTENT,
    platform,
    attacks: await loadAttacks(attacks, SEARCH_PATH),
    pgtap: { folder: root, files: pgtapFiles() },
  }
}

/** The pgTAP files, relative to the root. Those named helpers.sql are parts of others. */
function pgtapFiles(): string[] {
  return ['tests/schema', 'tests/rls'].flatMap((folder) =>
    readdirSync(inRoot(folder))
      .filter((name) => name.endsWith('.sql') && name !== 'helpers.sql')
      .sort()
      .map((name) => `${folder}/${name}`),
  )
}
