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
import type { rehearseOnClone } from './rehearsal.ts'
import { asOfVersion, driftScope, withOwner, withoutPlatform } from './scope.ts'

/** A difference between a database and the result of its migrations. */
export interface Difference {
  /** The additional, missing or changed object, in words. */
  words: string
  /** SQL that reverted it on a throw-away database, if there is any. Read it before you run it. */
  sql: string | undefined
}

/** Finds out which SQL reverts differences, on the database that is built from the migrations. */
type Rehearsal = typeof rehearseOnClone

/**
 * Compares a database with another one that is built from the migrations in its ledger, and tries the SQL that reverts each
 * difference on that one. Does not change the database.
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
  // Loaded only if there is a difference, because it loads the parser.
  return compare(target, server, platform, folder, async (...given) =>
    (await import('./rehearsal.ts')).rehearseOnClone(...given),
  )
}

/** Each difference in words, as `findDrift` finds it, without SQL. */
export async function findDriftInWords(
  target: ConnectionString,
  server: ConnectionString,
  platform?: string,
  folder?: string,
): Promise<string[]> {
  const differences = await compare(target, server, platform, folder, async () => [])
  return differences.map(({ words }) => words)
}

async function compare(
  target: ConnectionString,
  server: ConnectionString,
  platform: string | undefined,
  folder: string | undefined,
  rehearsal: Rehearsal,
): Promise<Difference[]> {
  const state = await migrationState(target, folder)
  refuseProblems(state, target.name, true)
  return withOwnerClient(target, async (client) => {
    const whole = await findPlatform(client, platform)
    // Loaded here: it reads the whole of db/access.ts and the parser, and most databases need none of it.
    const cluster = (await isDistributed(client)) ? await import('./cluster.ts') : undefined
    const found = cluster ? coordinator(whole) : whole
    const objects = async (each: pg.ClientBase) =>
      withoutPlatform(await readCatalog(each, driftScope(found)), found)
    const owner = async (each: pg.Client) => (await readServer(each, found)).owner
    const actual = { owner: await owner(client), catalog: await objects(client) }
    const { version, roles } = await readVersionAndRoles(client)
    const compareWith = async (clone: pg.Client): Promise<Difference[]> => {
      await cluster?.imitateCoordinator(clone)
      const read = async (each: pg.ClientBase) => asOfVersion(await objects(each), version)
      const owners = { target: actual.owner, clone: await owner(clone) }
      const wanted = withOwner(await read(clone), owners.clone, owners.target)
      const changes = cluster
        ? compareCatalogs(cluster.withLogins(wanted), cluster.withoutCitus(actual.catalog))
        : compareCatalogs(wanted, actual.catalog)
      const differences = foldParts(changes)
      const works = differences.length > 0 ? await rehearsal(clone, differences, owners, { read, roles }) : []
      return differences.map(({ change, words }, i) => ({
        words,
        sql: works[i] ? undoSql(change) : undefined,
      }))
    }
    return withClone(server, state.applied, (clone) => withOwnerClient(clone, compareWith))
  })
}

async function readVersionAndRoles(client: pg.Client): Promise<{ version: number; roles: string[] }> {
  const { rows } = await client.query<{ version: number; roles: string[] }>(
    `select current_setting('server_version_num')::int as version,
       (select array_agg(rolname::text order by rolname) from pg_roles) as roles`,
  )
  const row = rows[0]
  if (!row) throw new Error('the server does not say which version this is')
  return row
}
