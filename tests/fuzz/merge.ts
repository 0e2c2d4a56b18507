import fc from 'fast-check'
import { insertRows } from './insert-rows.ts'
import { type Effect, fails, parameters, type Statement } from './statement.ts'
import { rowsIn, type Store, withRows } from './store.ts'
import { columnsOf, IDS, rightsOn, TABLES, type TableName, tableOf, type Value } from './tables.ts'
import { typeOf, valueFor, violation } from './values.ts'

interface Merge {
  table: TableName
  id: string
  /** Columns and values of the only source row, without the id. */
  given: Readonly<Record<string, Value>>
  /** Column that `when matched then update` sets. */
  column: string
  matched: 'update' | 'delete' | 'nothing'
  missing: 'insert' | 'nothing'
}

// A profile's id is unknown, so the model can only predict a refused merge.
const merged = fc.constantFrom(
  ...TABLES.filter((table) => !tableOf(table).onePerAccount && mergeable(table).length > 0),
)

/** Columns that a merge may set: those of inserts, except keys, which could conflict. */
function mergeable(table: TableName): string[] {
  const { rights, unique } = tableOf(table)
  return Object.keys(columnsOf(table)).filter(
    (name) =>
      name !== 'id' && rights.insert.includes(name) && !unique.some((columns) => columns.at(-1) === name),
  )
}

export const merge: fc.Arbitrary<Statement> = merged
  .chain((table) => {
    const columns = rightsOn(table).insert.filter((name) => name !== 'id' && name !== 'user_id')
    return fc.record<Merge>({
      table: fc.constant(table),
      id: fc.constantFrom(...IDS),
      given: fc
        .tuple(...columns.map((name) => valueFor(table, name)))
        .map((values) => Object.fromEntries(columns.map((name, n) => [name, values[n] ?? null]))),
      column: fc.constantFrom(...mergeable(table)),
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
  const rights = rightsOn(table)
  // PostgreSQL checks privileges for every branch, taken or not.
  if (matched === 'update' && !rights.update.includes(column)) return fails('42501', store)
  if (matched === 'delete' && !rights.delete) return fails('42501', store)
  const own = rowsIn(store, table).find((row) => row.id === id)
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
  const rest = rowsIn(store, table).filter((row) => row !== own)
  if (matched === 'delete') return { answer: { count: 1, rows: [] }, store: withRows(store, table, rest) }
  const after = { ...own, [column]: given[column] ?? null }
  const wrong = violation(table, after)
  if (wrong) return fails(wrong, store)
  return { answer: { count: 1, rows: [] }, store: withRows(store, table, [...rest, after]) }
}
