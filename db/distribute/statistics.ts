import type pg from 'pg'
import { askWorkers, onShards, onWorkers, SHARDS } from './nodes.ts'
import type { Step } from './step.ts'

interface Sampled {
  table: string
  column: string
}

/**
 * EXPLAIN shows row estimates of shards to every caller, so no node may keep statistics of columns that users write. Citus
 * copies the targets when it creates a shard, and refuses to change them afterwards.
 *
 * @param sampled columns of which the planner may keep statistics, in addition to keys
 */
export function statisticsStep(sampled: readonly string[]): Step {
  return {
    name: 'the planner keeps no statistics of columns that users write, on any node',
    async left(client) {
      const query = readSampled(client, sampled)
      const { rows } = await client.query<{ sampled: Sampled[] }>(query)
      const found = [...(rows[0]?.sampled ?? []), ...(await askWorkers<Sampled>(client, query)).flat()]
      const unlike = new Map(found.map((each) => [`${each.table} ${each.column}`, each]))
      if (unlike.size === 0) return []
      return [
        'set local citus.enable_ddl_propagation = off',
        ...[...unlike.values()].flatMap(({ table, column }) => {
          const name = client.escapeIdentifier(column)
          const set = (relation: string) => `alter table ${relation} alter column ${name} set statistics 0`
          return [
            set(table),
            onWorkers(`set citus.enable_ddl_propagation = off; ${set(table)}`),
            onShards(table, set('%s')),
            // ANALYZE may have run since the column was added, and does not remove what it no longer keeps.
            onShards(
              table,
              `delete from pg_catalog.pg_statistic where starelid = '%s'::regclass and staattnum = (
                 select attnum from pg_catalog.pg_attribute where attrelid = starelid and attname = ${client.escapeLiteral(column)})`,
            ),
          ]
        }),
      ]
    },
  }
}

/** On every node: columns of tables, and of shards that it holds, of which the planner keeps statistics against the rule. */
function readSampled(client: pg.ClientBase, sampled: readonly string[]): string {
  const allowed = sampled.map((name) => client.escapeLiteral(name)).join(', ')
  return `
    select coalesce(json_agg(distinct jsonb_build_object('table', tablename, 'column', attname)), '[]') as sampled
    from (
      select format('%I.%I', nspname, relname) as tablename, pg_class.oid as relation
      from pg_dist_partition join pg_class on pg_class.oid = logicalrelid join pg_namespace on pg_namespace.oid = relnamespace
      where nspname = 'public'
      union all
      ${SHARDS}
    ) as each
    join pg_attribute on attrelid = relation
    where attnum > 0 and not attisdropped and coalesce(attstattarget, -1) <> 0 and attname not in (${allowed})
      and not exists (select from pg_constraint where conrelid = relation and contype in ('p', 'u', 'f') and attnum = any (conkey))`
}
