import type { TableAccess } from 'rls-judge/intent.ts'
import { qualified } from '../../db/facts/row.ts'
import { fails, type Statement, shows } from './statement.ts'
import { FOREIGN_TABLES, type TableFacts } from './tables.ts'

/** Statements on tables that belong to no account: without a grant they are refused, otherwise they reach no row. */
export const FOREIGN: readonly Statement[] = FOREIGN_TABLES.flatMap(({ table, access }) => [
  read(table, access),
  write(`delete from ${qualified(table)}`, access.authenticated.delete === true),
  ...table.columns
    .filter(({ generated }) => !generated)
    .map(({ name }) =>
      write(
        `update ${qualified(table)} set ${name} = default`,
        access.authenticated.update?.includes(name) === true,
      ),
    ),
])

function read(table: TableFacts, { authenticated, rows }: TableAccess): Statement {
  if (authenticated.select !== true) return refused(`select from ${qualified(table)}`)
  // A migration may have inserted rows that everybody reads.
  const text =
    rows === 'everybody'
      ? `select (count(*) >= 0)::text from ${qualified(table)}`
      : `select (count(*) = 0)::text from ${qualified(table)}`
  return { text, values: [], run: (store) => shows([['true']], store) }
}

function write(text: string, granted: boolean): Statement {
  if (!granted) return refused(text)
  return { text, values: [], run: (store) => ({ answer: { count: 0, rows: [] }, store }) }
}

function refused(text: string): Statement {
  return { text, values: [], run: (store) => fails('42501', store) }
}
