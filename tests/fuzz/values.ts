import fc from 'fast-check'
import { columnsOf, type TableName, tableOf, type Value } from './tables.ts'

/** Further columns that no user may write; every table has created_at. */
const SERVER_ONLY: Readonly<Record<string, { type: string; value: string }>> = {
  created_at: { type: 'timestamptz', value: '2000-01-01 00:00:00+00' },
}

/** SQL type of a column. */
export function typeOf(table: TableName, column: string): string {
  if (column === 'user_id') return 'uuid'
  return columnsOf(table)[column]?.type ?? SERVER_ONLY[column]?.type ?? 'text'
}

/** A value for the column, mostly an accepted one. */
export function valueFor(table: TableName, name: string): fc.Arbitrary<Value> {
  const column = columnsOf(table)[name]
  if (!column) return fc.constant(SERVER_ONLY[name]?.value ?? null)
  const required = column.ifOmitted === undefined || !column.good.includes(null)
  const wrong: Value[] = required ? [...column.bad, null] : [...column.bad]
  return wrong.length === 0 || name === 'id'
    ? fc.constantFrom(...column.good)
    : fc.oneof(
        { arbitrary: fc.constantFrom(...column.good), weight: 15 },
        { arbitrary: fc.constantFrom(...wrong), weight: 1 },
      )
}

/** The SQLSTATE with which a row of these values is refused; undefined if it is accepted. */
export function violation(
  table: TableName,
  row: Readonly<Record<string, Value | undefined>>,
): string | undefined {
  const entries = Object.entries(columnsOf(table))
  const missing = entries.some(([name, column]) => {
    const nullable = column.good.includes(null)
    return !nullable && (row[name] === null || (row[name] === undefined && column.ifOmitted === undefined))
  })
  if (missing) return '23502'
  const refused = entries.some(([name, { bad }]) => {
    const value = row[name]
    return typeof value === 'string' && bad.includes(value)
  })
  return refused ? '23514' : undefined
}

/** The table's columns for the time of writing. */
export function timesOf(table: TableName): string[] {
  return tableOf(table).hasCreatedAt ? ['created_at'] : []
}
