import { withDatabase } from 'postgres-kit/connection-string.ts'
import type { Home } from 'postgres-kit/embedded/home.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import type { Laboratory } from 'rls-judge/mutants/judge.ts'
import { changedObjects, type Objects, readObjects } from 'rls-judge/mutants/objects.ts'
import { type Base, findBase, withFilesAt } from '../base.ts'
import { bootstrap } from '../bootstrap.ts'
import { migrate } from '../migrations/migrate.ts'
import { changedJudges, SCHEMA_FOLDERS, schemaFilesAreAt } from './changed-files.ts'
import { SCOPE } from './laboratory.ts'

/**
 * The commit with which to compare the schema: BASE, or the merge base with origin/main. Undefined if there is none, or if
 * its migrations and bootstrap are the same.
 *
 * @param log called with what is compared and what is not
 */
export function findDifferentBase(asked: string | undefined, log: (line: string) => void): Base | undefined {
  const base = findBase(asked)
  if ('missing' in base) {
    log(`No commit to compare with, so changed objects are unknown: ${base.missing}. Set BASE=<commit>`)
    return undefined
  }
  const judges = changedJudges(base)
  if (judges.length > 0)
    log(`${judges.length} files of the judge changed since ${base.name}: "make mutants" tries every mutant`)
  if (!schemaFilesAreAt(base)) return base
  log(`The schema is as it was at ${base.name}`)
  return undefined
}

/**
 * The objects of the schema that changed since the base.
 *
 * @param home of the embedded server: the old schema is built on a separate server, which has its own roles
 */
export async function findChanged(
  base: Base,
  { server, template }: Laboratory,
  home: Home,
  log: (line: string) => void,
): Promise<ReadonlySet<string>> {
  const before = await objectsAt(base, home)
  const now = await withOwnerClient(withDatabase(server, template), (client) => readObjects(client, SCOPE))
  const changed = changedObjects(before, now)
  log(`Changed since ${base.name}: ${changed.size === 0 ? 'no object' : [...changed].join(', ')}`)
  return changed
}

async function objectsAt(base: Base, home: Home): Promise<Objects> {
  return withFilesAt(base, SCHEMA_FOLDERS, async (folder) => {
    const cluster = await startThrowawayServer(home, 'mutants')
    try {
      const database = withDatabase(cluster.server, 'base')
      await withOwnerClient(cluster.server, (client) =>
        createDatabase(client, database.database, 'template0'),
      )
      await withOwnerClient(database, (client) => bootstrap(client, 'bootstrap', `${folder}/db/bootstrap`))
      await migrate(database, () => {}, { folder: `${folder}/migrations` })
      return await withOwnerClient(database, (client) => readObjects(client, SCOPE))
    } finally {
      await cluster.remove()
    }
  })
}
