import type pg from 'pg'
import { ACCOUNTS } from './accounts.ts'
import type { Step } from './step.ts'

interface ForeignKey {
  tablename: string
  name: string
  target: string
  definition: string
}

/**
 * Drops the foreign keys, distributes the tables and adds the keys again, in one transaction, so that no other session sees
 * a table without its keys.
 *
 * @param tables each with its owner column; a table that refers to another comes after it
 * @param grants statements that set the privileges of a table
 */
export function tablesStep(
  tables: Readonly<Record<string, string>>,
  grants: (table: string) => string[],
): Step {
  return {
    name: 'the tables are distributed by their owner, side by side, with their foreign keys',
    async left(client) {
      const all = { [ACCOUNTS]: 'id', ...tables }
      const distributed = await readDistributed(client)
      const missing = Object.entries(all).filter(([name]) => !distributed.includes(name))
      if (missing.length === 0) return []
      const names = missing.map(([name]) => name)
      const keys = await readForeignKeys(client, names)
      return [
        // Needed because one transaction writes many shards of a table, and then rows of another table that refer to them.
        "set local citus.multi_shard_modify_mode = 'sequential'",
        'set local citus.enable_unsafe_triggers = on',
        ...keys.map(
          ({ tablename, name }) =>
            `alter table ${tablename} drop constraint ${client.escapeIdentifier(name)}`,
        ),
        ...missing.map(([name, column]) => {
          const beside = name === ACCOUNTS ? '' : `, colocate_with => ${client.escapeLiteral(ACCOUNTS)}`
          return `select create_distributed_table(${client.escapeLiteral(name)}, ${client.escapeLiteral(column)}${beside})`
        }),
        ...names.filter((name) => name !== ACCOUNTS).flatMap(grants),
        ...keys.map(
          ({ tablename, name, definition }) =>
            `alter table ${tablename} add constraint ${client.escapeIdentifier(name)} ${definition}`,
        ),
      ]
    },
  }
}

/** Tables that Citus has distributed. */
async function readDistributed(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select logicalrelid::regclass::text as name from pg_dist_partition',
  )
  return rows.map(({ name }) => name)
}

/** The foreign keys of the tables, those to auth.users as keys to the distributed accounts. */
export async function readForeignKeys(
  client: pg.ClientBase,
  tables: readonly string[],
): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select conrelid::regclass::text as tablename, conname as name, confrelid::regclass::text as target,
       pg_get_constraintdef(oid) as definition
     from pg_constraint
     where contype = 'f' and conparentid = 0 and conrelid::regclass::text = any ($1)
     order by array_position($1, conrelid::regclass::text), conname`,
    [tables],
  )
  return rows.map((key) => ({
    ...key,
    definition: key.definition.replace(' REFERENCES auth.users(id)', ` REFERENCES ${ACCOUNTS}(id)`),
  }))
}
