import pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'

/** A statement that runs another one on every worker. */
export function onWorkers(sql: string): string {
  return `select success, result from pg_catalog.run_command_on_workers(${pg.escapeLiteral(sql)})`
}

/** A statement that runs another one on every shard of a table; `%s` in it is the shard's name. */
export function onShards(table: string, sql: string): string {
  return `select success, result from pg_catalog.run_command_on_placements(${pg.escapeLiteral(table)}, ${pg.escapeLiteral(sql)})`
}

/**
 * On a worker: the tables of schema public and the shards of them that it holds, as `tablename, shard`. What a move left behind
 * is not among them: it waits to be dropped.
 */
export const SHARDS = `
  select format('%I.%I', nspname, relname) as tablename, to_regclass(format('%I.%I', nspname, relname || '_' || shardid)) as shard
  from pg_dist_shard join pg_class on pg_class.oid = logicalrelid join pg_namespace on pg_namespace.oid = relnamespace
  join pg_dist_placement using (shardid) join pg_dist_local_group using (groupid)
  where nspname = 'public'`

/**
 * Every worker's result of a query that returns one JSON array.
 *
 * @throws Failure (1) if a worker does not answer
 */
export async function askWorkers<T>(client: pg.ClientBase, query: string): Promise<T[][]> {
  const { rows } = await client.query<{ node: string; success: boolean; result: string }>(
    `select nodename || ':' || nodeport as node, success, result from pg_catalog.run_command_on_workers($1)`,
    [query],
  )
  return rows.map(({ node, success, result }) => {
    if (!success) throw failed(`the worker ${node} does not answer: ${result}`)
    const answer: T[] = JSON.parse(result)
    return answer
  })
}
