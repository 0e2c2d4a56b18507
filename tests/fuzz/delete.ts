import fc from 'fast-check'
import { chosen, predicate, predicateSql } from './predicate.ts'
import { anyTable } from './select.ts'
import { fails, parameters, project, type Statement } from './statement.ts'
import { rowsIn, withRows } from './store.ts'
import { rightsOn } from './tables.ts'
import { written, writtenSql } from './update.ts'

export const remove: fc.Arbitrary<Statement> = anyTable.chain((table) =>
  fc.tuple(predicate, written(table)).map(([which, how]): Statement => {
    const collected = parameters()
    const condition = predicateSql(table, which, collected)
    return {
      text: writtenSql(`delete from public.${table} as t`, 'using', table, condition, how),
      values: collected.values,
      run: (store, user) => {
        if (!rightsOn(table).delete) return fails('42501', store)
        const found = chosen(table, which, store, user)
        if ('error' in found) return fails(found.error, store)
        const { rows } = found
        const kept = rowsIn(store, table).filter((row) => !rows.includes(row))
        return {
          answer: { count: rows.length, rows: how.shown ? project(rows, how.shown, user) : [] },
          store: withRows(store, table, kept),
        }
      },
    }
  }),
)
