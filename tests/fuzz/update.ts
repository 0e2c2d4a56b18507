import fc from 'fast-check'
import { placeTaken } from './insert-rows.ts'
import { chosen, type Predicate, predicate, predicateSql } from './predicate.ts'
import { anyTable, someColumns } from './select.ts'
import { fails, parameters, project, type Statement, selectList } from './statement.ts'
import { rowsIn, withRows } from './store.ts'
import { columnsOf, rightsOn, type TableName, tableOf, type Value } from './tables.ts'
import { USERS } from './users.ts'
import { timesOf, typeOf, valueFor, violation } from './values.ts'

/** How a statement that changes rows is written, and what it returns. */
export interface Written {
  shown: string[] | undefined
  /** Whether it is inside a CTE of another query. */
  wrapped: boolean
  /** Whether it joins another table: `update … from`, `delete … using`. */
  joined: boolean
}

export function written(table: TableName): fc.Arbitrary<Written> {
  return fc.record({
    shown: fc.option(someColumns(table), { nil: undefined }),
    wrapped: fc.boolean(),
    joined: fc.boolean(),
  })
}

/** `, public.x as other where other.id = t.id and …`: a join with the table itself, which has no effect. */
export function writtenSql(
  sql: string,
  join: string,
  table: TableName,
  condition: string,
  how: Written,
): string {
  const from = how.joined ? ` ${join} public.${table} as other where other.id = t.id and ` : ' where '
  const returning = how.shown ? ` returning ${selectList('t', how.shown)}` : ''
  const whole = `${sql}${from}${condition}${returning}`
  if (!how.wrapped || !how.shown) return whole
  const names = how.shown.map((_, n) => `c${n}`).join(', ')
  return `with changed (${names}) as (${whole}) select * from changed`
}

/** Columns for `set`: mostly those that the user may update, sometimes others. */
function settable(table: TableName): fc.Arbitrary<string> {
  const allowed = rightsOn(table).update
  const known = [
    ...Object.keys(columnsOf(table)),
    'user_id',
    ...timesOf(table),
    ...tableOf(table).generated,
  ].filter((name) => !allowed.includes(name))
  if (allowed.length === 0) return fc.constantFrom(...known)
  return fc.oneof(
    { arbitrary: fc.constantFrom(...allowed), weight: 3 },
    { arbitrary: fc.constantFrom(...known), weight: 1 },
  )
}

export const update: fc.Arbitrary<Statement> = anyTable.chain((table) =>
  settable(table).chain((column) =>
    fc
      .record({
        value: column === 'user_id' ? fc.constantFrom<Value>(...USERS) : valueFor(table, column),
        which: predicate,
        how: written(table),
      })
      .map(({ value, which, how }) => updateStatement(table, column, value, which, how)),
  ),
)

function updateStatement(
  table: TableName,
  column: string,
  value: Value,
  which: Predicate,
  how: Written,
): Statement {
  const collected = parameters()
  const inKey = tableOf(table).unique.some((columns) => columns.includes(column))
  const generated = tableOf(table).generated.includes(column)
  const set = generated ? 'null' : collected.add(value, typeOf(table, column))
  const condition = predicateSql(table, which, collected)
  return {
    text: writtenSql(`update public.${table} as t set ${column} = ${set}`, 'from', table, condition, how),
    values: collected.values,
    ...(generated ? { malformed: '428C9' } : {}),
    run: (store, user) => {
      if (!rightsOn(table).update.includes(column)) return fails('42501', store)
      const found = chosen(table, which, store, user)
      // PostgreSQL changes row by row, so a row before the failing one may be refused first.
      if ('error' in found) {
        const first = rowsIn(store, table).map((row) => violation(table, { ...row, [column]: value }))
        const codes = [...first, inKey ? '23505' : undefined]
        return fails(
          found.error,
          store,
          codes.filter((code) => code !== undefined),
        )
      }
      const after = new Map(found.rows.map((row) => [row, { ...row, [column]: value }]))
      const changed = [...after.values()]
      const wrong = changed.map((row) => violation(table, row)).find((code) => code !== undefined)
      if (wrong) return fails(wrong, store)
      const now = rowsIn(store, table).map((row) => after.get(row) ?? row)
      if (inKey && changed.some((row) => placeTaken(table, now, row))) return fails('23505', store)
      return {
        answer: { count: changed.length, rows: how.shown ? project(changed, how.shown, user) : [] },
        store: withRows(store, table, now),
      }
    },
  }
}
