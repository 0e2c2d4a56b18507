import type pg from 'pg'
import type { Caller } from 'postgres-kit/caller.ts'
import { type ConnectionString, parseConnectionString } from 'postgres-kit/connection-string.ts'
import type { Platform, Refusal, Wire } from '../platform.ts'
import { inTransactions } from '../transport.ts'

/** Columns about which Citus has rules of its own. */
export interface DistributedColumns {
  /** The distribution column of every table. */
  owner: string
  /** Columns that PostgreSQL computes. */
  generated: readonly string[]
}

/**
 * A database that is distributed with Citus. Roles connect to the workers, so that two of them cannot share a transaction.
 *
 * @param become statements of an open transaction that send role and claims to the workers
 * @param worker what a worker has in addition to the tables of the intent
 */
export function citus(
  become: (caller: Caller) => readonly string[],
  columns: DistributedColumns,
  worker: Platform,
): Wire {
  return {
    transport: inTransactions(become),
    refusals: refusals(columns),
    neighbours: areNeighbours,
    explain: ['set local citus.explain_all_tasks = on'],
    nodes: {
      platform: worker,
      reach: workersOf,
      showParts: 'set local citus.override_table_visibility = off',
      // The coordinator checks the columns of an insert.
      allowed: [/^authenticated: insert$/],
    },
    plain: (text) => text.replace(SHARD, '$1_SHARD').replace(NODE, '$1 NODE'),
  }
}

async function areNeighbours(client: pg.Client, table: string, one: string, other: string): Promise<boolean> {
  const { rows } = await client.query<{ same: boolean }>(
    `select get_shard_id_for_distribution_column($1::text::regclass, $2::text)
       = get_shard_id_for_distribution_column($1::text::regclass, $3::text) as same`,
    [table, one, other],
  )
  return rows[0]?.same === true
}

/** Workers by the addresses that the coordinator has of them. */
async function workersOf(client: pg.Client, { url, setting }: ConnectionString): Promise<ConnectionString[]> {
  const { rows } = await client.query<{ name: string; port: number }>(
    "select nodename as name, nodeport as port from pg_dist_node where groupid <> 0 and noderole = 'primary' order by nodeid",
  )
  return rows.map(({ name, port }) => {
    const worker = new URL(url)
    worker.hostname = name
    worker.port = String(port)
    worker.searchParams.delete('host')
    return parseConnectionString(worker.href, setting)
  })
}

/** What Citus 13.2 refuses on distributed tables whoever asks, or refuses with another SQLSTATE. */
function refusals({ owner, generated }: DistributedColumns): Refusal[] {
  const any = generated.join('|')
  return [
    { form: /: merge, /, code: 'XX000', reason: 'MERGE under row level security, or from values' },
    {
      form: new RegExp(`: (update|update every|insert on conflict update) [^.]+\\.${owner}\\b`),
      code: '0A000',
      reason: 'a row stays on its shard',
    },
    {
      form: new RegExp(`: (update|insert on conflict update) [^.]+\\.(${any})\\b`),
      code: '42601',
      reason: 'a generated column is set to its default',
    },
    { form: /inside a sql function/, code: '0A000', reason: 'queries of SQL functions with parameters' },
    {
      form: /^nobody: (malformed claims|sub is a number|sub is empty|two subs in an array): /,
      code: '22P02',
      reason: 'policies are evaluated before privileges of columns',
    },
    {
      form: /^anon( with a user's claims)?: copy all of .* out$/,
      code: '08006',
      reason: 'COPY TO checks the privilege on the worker, where the role has no login',
    },
    {
      form: /: in a WHERE clause, .*, finds the caller's row$/,
      code: '3F000',
      reason: 'temporary functions exist on the coordinator alone',
    },
    {
      form: /: copy granted columns into /,
      code: '57014',
      reason: 'the worker refuses COPY FROM when data comes, and the judge sends none',
    },
  ]
}

/** The number of a shard at the end of a name. It depends on the owner's id that the statement names. */
const SHARD = /(\w)_\d{6,}\b/g
/** The address of the worker that has this shard. */
const NODE = /\b(on|node|to) [\w.-]+:\d+/g
