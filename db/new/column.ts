import type { Settings } from 'migration-lint/settings.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { TABLES } from '../access.ts'
import type { Draft } from './draft.ts'
import { addColumn } from './edit-access.ts'
import { fromTemplate } from './template.ts'

/** The statement of the template, with its comment. */
const SET_STATISTICS = /-- EXPLAIN .*\n.* set statistics 0;\n\n/

/** A new column that users may write like the table's other columns. */
export function newColumn(table: string, column: string, access: string, { distributedBy }: Settings): Draft {
  const allowed = TABLES[table]
  if (!allowed)
    throw usageError(`db/access.ts has no table ${table}. It has: ${Object.keys(TABLES).join(', ')}`)
  if (allowed.columns.includes(column)) throw usageError(`${table} has the column ${column} already`)
  const words = { example: table, sample: column }
  const whole = fromTemplate('column', words)
  // A distributed table refuses SET STATISTICS (M042).
  const text = distributedBy === undefined ? whole : whole.replace(SET_STATISTICS, '')
  return {
    migrations: [
      { text: withGrants(text, table, column, allowed.authenticated) },
      { suffix: '_validate', text: fromTemplate('validate', words) },
    ],
    access: addColumn(access, table, column, allowed),
  }
}

/** Adds grants by column for users. The server has its privileges on the whole table. */
function withGrants(
  text: string,
  table: string,
  column: string,
  { insert, update }: { insert?: unknown; update?: unknown },
): string {
  const rights = [...(insert ? ['insert'] : []), ...(update ? ['update'] : [])]
  if (rights.length === 0) return text
  const grant = `grant ${rights.map((right) => `${right} (${column})`).join(', ')} on table public.${table} to authenticated;`
  return text.replace('\n-- migrate:down', () => `\n${grant}\n\n-- migrate:down`)
}
