import fc from 'fast-check'
import { insertRows } from './insert-rows.ts'
import { anyTable } from './select.ts'
import { type Effect, fails, parameters, type Statement } from './statement.ts'
import { type Store, withRows } from './store.ts'
import { COLUMNS, IDS, RIGHTS, type TableName, type Value } from './tables.ts'
import { typeOf, valueFor, violation } from './values.ts'

interface Merge {
  table: TableName
  id: string
  /** Columns and values of the one source row, without the id. */
  given: Readonly<Record<string, Value>>
  /** Column that `when matched` sets; undefined: see `matched`. */
  column: string
  matched: 'update' | 'delete' | 'nothing'
  missing: 'insert' | 'nothing'
}

// A profile's id is unknown, and nothing of a merge on it could be told beforehand but that it is refused.
const merged = anyTable.filter((table) => table !== 'user_profiles')

export const merge: fc.Arbitrary<Statement> = merged
  .chain((table) => {
    const columns = RIGHTS[table].insert.filter((name) => name !== 'id' && name !== 'user_id')
    const settable = Object.keys(COLUMNS[table]).filter(
      (name) => columns.includes(name) && name !== 'chunk_index',
    )
    return fc.record<Merge>({
      table: fc.constant(table),
      id: fc.constantFrom(...IDS),
      given: fc
        .tuple(...columns.map((name) => valueFor(table, name)))
        .map((values) => Object.fromEntries(columns.map((name, n) => [name, values[n] ?? null]))),
      column: fc.constantFrom(...settable),
      matched: fc.constantFrom('update', 'delete', 'nothing'),
      missing: fc.constantFrom('insert', 'nothing'),
    })
  })
  .map((what) => {
    const { table, id, given, column, matched, missing } = what
    const names = Object.keys(given)
    const collected = parameters()
    const source = [
      collected.add(id, 'uuid'),
      ...names.map((name) => collected.add(given[name] ?? null, typeOf(table, name))),
    ]
    const then = { update: `update set ${column} = s.${column}`, delete: 'delete', nothing: 'do nothing' }
    const otherwise = {
      insert: `insert (id, ${names.join(', ')}) values (s.id, ${names.map((name) => `s.${name}`).join(', ')})`,
      nothing: 'do nothing',
    }
    return {
      text: `merge into public.${table} as t using (values (${source.join(', ')})) as s (id, ${names.join(', ')}) on t.id = s.id
    when matched then ${then[matched]} when not matched then ${otherwise[missing]}`,
      values: collected.values,
      run: (store, user) => mergeRow(what, store, user),
    }
  })

function mergeRow(
  { table, id, given, column, matched, missing }: Merge,
  store: Store,
  user: string | undefined,
): Effect {
  const rights = RIGHTS[table]
  // Privileges are looked at for every branch, taken or not.
  if (matched === 'update' && !rights.update.includes(column)) return fails('42501', store)
  if (matched === 'delete' && !rights.delete) return fails('42501', store)
  const own = store.rows[table].find((row) => row.id === id)
  if (!own) {
    if (missing === 'nothing') return { answer: { count: 0, rows: [] }, store }
    const row = { id, ...given }
    return insertRows(
      { table, columns: Object.keys(row), rows: [row], conflict: { kind: 'none' } },
      store,
      user,
    )
  }
  if (matched === 'nothing') return { answer: { count: 0, rows: [] }, store }
  const rest = store.rows[table].filter((row) => row !== own)
  if (matched === 'delete') return { answer: { count: 1, rows: [] }, store: withRows(store, table, rest) }
  const after = { ...own, [column]: given[column] ?? null }
  const wrong = violation(table, after)
  if (wrong) return fails(wrong, store)
  return { answer: { count: 1, rows: [] }, store: withRows(store, table, [...rest, after]) }
}
