import type pg from 'pg'

interface TableReport {
  table: string
  shards: number
  colocation: number
  size: string
}

/** The distributed tables with their shards, colocation group and size, one per line. */
export async function readReport(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<TableReport>(
    `select logicalrelid::regclass::text as table, count(*)::int as shards, colocationid as colocation,
       pg_size_pretty(citus_total_relation_size(logicalrelid)) as size
     from pg_dist_partition join pg_dist_shard using (logicalrelid) group by 1, 3, logicalrelid order by 1`,
  )
  const { rows: nodes } = await client.query<{ node: string; shards: number }>(
    `select nodename || ':' || nodeport as node, count(*)::int as shards
     from pg_dist_placement join pg_dist_node using (groupid) where noderole = 'primary' group by 1 order by 1`,
  )
  return [
    ...rows.map(
      ({ table, shards, colocation, size }) =>
        `${table}: ${shards} shards, colocation group ${colocation}, ${size}`,
    ),
    ...nodes.map(({ node, shards }) => `${node}: ${shards} shards`),
  ]
}
