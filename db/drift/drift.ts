import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { readServer } from 'rls-judge/platform.ts'
import { compareCatalogs } from 'schema-change/catalog/compare.ts'
import { readCatalog } from 'schema-change/catalog/read.ts'
import { undoSql } from 'schema-change/catalog/undo.ts'
import { foldParts } from 'schema-change/catalog/words.ts'
import { migrationState, refuseProblems } from '../migrations/state.ts'
import { withClone } from '../plan/clone.ts'
import { findPlatform } from '../platforms/find.ts'
import { driftScope, withOwner, withoutPlatform } from './scope.ts'

/** A difference between a database and what its migrations make. */
export interface Difference {
  /** What the database has, lacks or has otherwise. */
  words: string
  /** SQL that takes it back, where one can say it in a statement or two. Read it before you run it. */
  sql: string | undefined
}

/**
 * Compares a database with one that is made from the migrations that its ledger names. Nothing of it is changed.
 *
 * @param server where the other one is made
 * @param platform the setting PLATFORM
 */
export async function findDrift(
  target: ConnectionString,
  server: ConnectionString,
  platform?: string,
  folder?: string,
): Promise<Difference[]> {
  const state = await migrationState(target, folder)
  refuseProblems(state, target.name, true)
  return withOwnerClient(target, async (client) => {
    const found = await findPlatform(client, platform)
    const read = async (each: pg.Client) => ({
      owner: (await readServer(each, found)).owner,
      catalog: withoutPlatform(await readCatalog(each, driftScope(found)), found),
    })
    const actual = await read(client)
    const wanted = await withClone(server, state.applied, (clone) => withOwnerClient(clone, read))
    const changes = compareCatalogs(withOwner(wanted.catalog, wanted.owner, actual.owner), actual.catalog)
    return foldParts(changes).map(({ change, words }) => ({ words, sql: undoSql(change) }))
  })
}
