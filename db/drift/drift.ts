import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { readServer } from 'rls-judge/platform.ts'
import { compareCatalogs } from 'schema-change/catalog/compare.ts'
import { readCatalog } from 'schema-change/catalog/read.ts'
import { undoSql } from 'schema-change/catalog/undo.ts'
import { foldParts } from 'schema-change/catalog/words.ts'
import { isDistributed } from '../distribute/act-as.ts'
import { migrationState, refuseProblems } from '../migrations/state.ts'
import { withClone } from '../plan/clone.ts'
import { coordinator } from '../platforms/citus.ts'
import { findPlatform } from '../platforms/find.ts'
import { asOfVersion, driftScope, withOwner, withoutPlatform } from './scope.ts'

/** A difference between a database and the result of its migrations. */
export interface Difference {
  /** The additional, missing or changed object, in words. */
  words: string
  /** SQL that reverts it, if one or two statements can. Read it before you run it. */
  sql: string | undefined
}

/**
 * Compares a database with another one that is built from the migrations in its ledger. Does not change the database.
 *
 * @param server where the other database is built
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
    const whole = await findPlatform(client, platform)
    // Loaded here: it reads the whole of db/access.ts and the parser, and most databases need none of it.
    const cluster = (await isDistributed(client)) ? await import('./cluster.ts') : undefined
    const found = cluster ? coordinator(whole) : whole
    const read = async (each: pg.Client) => ({
      owner: (await readServer(each, found)).owner,
      catalog: withoutPlatform(await readCatalog(each, driftScope(found)), found),
    })
    const readClone = async (clone: pg.Client) => {
      await cluster?.imitateCoordinator(clone)
      return read(clone)
    }
    const actual = await read(client)
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::int as version",
    )
    const wanted = await withClone(server, state.applied, (clone) => withOwnerClient(clone, readClone))
    const here = asOfVersion(withOwner(wanted.catalog, wanted.owner, actual.owner), rows[0]?.version ?? 0)
    const changes = cluster
      ? compareCatalogs(cluster.withLogins(here), cluster.withoutCitus(actual.catalog))
      : compareCatalogs(here, actual.catalog)
    return foldParts(changes).map(({ change, words }) => ({ words, sql: undoSql(change) }))
  })
}
