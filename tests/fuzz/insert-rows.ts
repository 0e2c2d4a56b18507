import { type Effect, fails, project } from './statement.ts'
import { type Row, rowOf, rowsIn, type Store, withRows } from './store.ts'
import { rightsOn, type TableName, tableOf, type Value } from './tables.ts'
import { violation } from './values.ts'

/** What an insert does if the key exists. */
export type Conflict =
  | { kind: 'none' }
  /** `target`: only for a conflict with the primary key. */
  | { kind: 'nothing'; target: boolean }
  | { kind: 'update'; columns: readonly string[] }

export interface Inserted {
  table: TableName
  columns: readonly string[]
  rows: readonly Readonly<Record<string, Value>>[]
  conflict: Conflict
  shown?: readonly string[] | undefined
}

/** The effect of inserting the rows: row by row, in PostgreSQL's order of checks, with foreign keys last. */
export function insertRows(
  { table, columns, rows, conflict, shown }: Inserted,
  store: Store,
  user: string | undefined,
): Effect {
  const rights = rightsOn(table)
  if (!columns.every((name) => rights.insert.includes(name))) return fails('42501', store)
  if (conflict.kind === 'update' && !conflict.columns.every((name) => rights.update.includes(name)))
    return fails('42501', store)
  let now: readonly Row[] = rowsIn(store, table)
  const touched: Row[] = []
  for (const { user_id: owner = user, ...given } of rows) {
    if (owner === undefined || owner !== user) return fails('42501', store)
    const wrong = violation(table, given)
    if (wrong) return fails(wrong, store)
    const row = rowOf(table, given)
    const before = now.find(({ id }) => id === row.id)
    if (before && conflict.kind === 'update') {
      if (touched.includes(before)) return fails('21000', store)
      const after = {
        ...before,
        ...Object.fromEntries(conflict.columns.map((name) => [name, row[name] ?? null])),
      }
      now = now.map((each) => (each === before ? after : each))
      if (placeTaken(table, now, after)) return fails('23505', store)
      touched.push(after)
    } else if (conflict.kind === 'nothing' && (before || (!conflict.target && placeTaken(table, now, row)))) {
    } else if (before || placeTaken(table, now, row)) {
      return fails('23505', store)
    } else {
      now = [...now, row]
      touched.push(row)
    }
  }
  const isNew = (row: Row) => !rowsIn(store, table).some(({ id }) => id === row.id)
  if (touched.some((row) => isNew(row) && dangling(table, row, store))) return fails('23503', store)
  return {
    answer: { count: touched.length, rows: shown ? project(touched, shown, user) : [] },
    store: withRows(store, table, now),
  }
}

/** Whether another row has the values of a unique constraint, such as the index of a chunk. Nulls never conflict. */
export function placeTaken(table: TableName, rows: readonly Row[], row: Row): boolean {
  return tableOf(table).unique.some((columns) =>
    rows.some(
      (other) =>
        other.id !== row.id &&
        columns.every((column) => (row[column] ?? null) !== null && other[column] === row[column]),
    ),
  )
}

/** Whether a row violates a foreign key. It needs its account, except in the audit trail, and rows of the same user. */
function dangling(table: TableName, row: Row, store: Store): boolean {
  const { needsAccount, parents } = tableOf(table)
  if (needsAccount && !store.account) return true
  return parents.some(({ column, table: parent }) => {
    const to = row[column] ?? null
    return to !== null && !rowsIn(store, parent).some(({ id }) => id === to)
  })
}
