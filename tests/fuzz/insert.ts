import fc from 'fast-check'
import { type Conflict, insertRows } from './insert-rows.ts'
import { anyTable, someColumns } from './select.ts'
import { type Parameters, parameters, type Statement, selectList } from './statement.ts'
import { columnsOf, rightsOn, type TableName, tableOf, type Value } from './tables.ts'
import { USERS } from './users.ts'
import { timesOf, typeOf, valueFor } from './values.ts'

interface Insert {
  table: TableName
  columns: readonly string[]
  rows: readonly (readonly Value[])[]
  conflict: Conflict
  source: 'values' | 'select'
}

/** Columns of an insert: the required ones, some optional ones, and rarely one that users may not set. */
function insertColumns(table: TableName): fc.Arbitrary<string[]> {
  const all = Object.entries(columnsOf(table))
  const needed = all.filter(([, { ifOmitted }]) => ifOmitted === undefined).map(([name]) => name)
  const optional = rightsOn(table).insert.filter((name) => !needed.includes(name))
  const forbidden = [...all.map(([name]) => name), ...timesOf(table)].filter(
    (name) => !rightsOn(table).insert.includes(name),
  )
  return fc
    .tuple(
      fc.subarray(optional),
      fc.oneof(
        { arbitrary: fc.constant<string[]>([]), weight: 6 },
        ...(forbidden.length > 0
          ? [{ arbitrary: fc.constantFrom(...forbidden).map((name) => [name]), weight: 1 }]
          : []),
      ),
    )
    .map(([some, more]) => [...new Set([...needed, ...some, ...more])])
    .map((columns) => (columns.length > 0 ? columns : all.slice(0, 1).map(([name]) => name)))
}

function conflictOf(table: TableName): fc.Arbitrary<Conflict> {
  const { update } = rightsOn(table)
  const columns = update.length > 0 ? update : Object.keys(columnsOf(table)).slice(-1)
  return fc.oneof(
    { arbitrary: fc.constant<Conflict>({ kind: 'none' }), weight: 3 },
    fc.boolean().map((target): Conflict => ({ kind: 'nothing', target })),
    fc
      .subarray([...columns], { minLength: 1, maxLength: Math.min(2, columns.length) })
      .map((chosen): Conflict => ({ kind: 'update', columns: chosen })),
  )
}

/** Owner of the new row; null is the caller. */
const owner = fc.oneof(
  { arbitrary: fc.constant<Value>(null), weight: 8 },
  { arbitrary: fc.constantFrom<Value>(...USERS), weight: 1 },
)

const insertOf: fc.Arbitrary<{ what: Insert; shown: string[] | undefined }> = anyTable.chain((table) =>
  fc.tuple(insertColumns(table), conflictOf(table)).chain(([columns, conflict]) => {
    const value = (name: string) => (name === 'user_id' ? owner : valueFor(table, name))
    return fc.record({
      what: fc.record<Insert>({
        table: fc.constant(table),
        columns: fc.constant(columns),
        rows: fc.array(fc.tuple(...columns.map(value)), { minLength: 1, maxLength: 3 }),
        // `excluded` has only the inserted columns.
        conflict: fc.constant(
          conflict.kind === 'update' && !conflict.columns.every((name) => columns.includes(name))
            ? { kind: 'none' }
            : conflict,
        ),
        source: fc.constantFrom('values', 'select'),
      }),
      shown: fc.option(someColumns(table), { nil: undefined }),
    })
  }),
)

export const insert: fc.Arbitrary<Statement> = insertOf.map(({ what, shown }) => insertStatement(what, shown))

function insertStatement(what: Insert, shown: string[] | undefined): Statement {
  const { table, columns, conflict } = what
  const collected = parameters()
  const returning = shown ? ` returning ${selectList('t', shown)}` : ''
  return {
    text: `insert into public.${table} as t (${columns.join(', ')}) ${sourceSql(what, collected)}${conflictSql(table, conflict)}${returning}`,
    values: collected.values,
    run: (store, user) => {
      const given = what.rows.map((row) =>
        Object.fromEntries(
          columns.map((name, n) => [name, row[n] ?? (name === 'user_id' ? (user ?? null) : null)]),
        ),
      )
      return insertRows({ table, columns, rows: given, conflict, shown }, store, user)
    },
  }
}

function sourceSql({ table, columns, rows, source }: Insert, { add }: Parameters): string {
  const given = (value: Value, column = '') => {
    const place = add(value, typeOf(table, column))
    return column === 'user_id' ? `coalesce(${place}, auth.uid())` : place
  }
  const lines = rows.map((row) => `(${row.map((value, n) => given(value, columns[n])).join(', ')})`)
  return source === 'values'
    ? `values ${lines.join(', ')}`
    : `select * from (values ${lines.join(', ')}) as given`
}

function conflictSql(table: TableName, conflict: Conflict): string {
  const key = tableOf(table).onePerAccount ? '(user_id)' : '(user_id, id)'
  switch (conflict.kind) {
    case 'none':
      return ''
    case 'nothing':
      return ` on conflict ${conflict.target ? `${key} ` : ''}do nothing`
    case 'update':
      return ` on conflict ${key} do update set ${conflict.columns.map((name) => `${name} = excluded.${name}`).join(', ')}`
  }
}
