import { worded } from './columns.ts'
import { NO_STORE, type Row, rowOf, type Store, signUp, withRows } from './store.ts'
import { IDS, TABLES, type TableName, tableOf } from './tables.ts'

const account = (n: number) => `a0000000-0000-4000-8000-00000000000${n}`

/** Users that act, followed by one who never acts and whose rows nobody may see. */
export const USERS: readonly string[] = [0, 1, 2, 3, 4, 5].map(account)
export const ACTORS: readonly string[] = USERS.slice(0, -1)

/** The start of every run: each account has one row in each table, all with the same id. */
export function firstStores(): Map<string, Store> {
  return new Map(
    USERS.map((user, n) => {
      const word = ['alpha', 'bravo', 'delta', 'gamma', 'omega', 'omega'][n] ?? 'omega'
      let store = signUp(NO_STORE)
      for (const table of TABLES) {
        if (table === 'user_profiles') continue
        store = withRows(store, table, [firstRow(table, word)])
      }
      return [user, store]
    }),
  )
}

/** A row with one of the words, which refers to the first row of its parents. */
function firstRow(table: TableName, word: string): Row {
  const { columns, wordColumn, parents } = tableOf(table)
  const [id = null] = IDS
  const needed = Object.entries(columns).filter(([, { ifOmitted }]) => ifOmitted === undefined)
  return rowOf(table, {
    ...Object.fromEntries(needed.map(([name, { good }]) => [name, good[0] ?? null])),
    ...Object.fromEntries(parents.map(({ column }) => [column, id])),
    ...(wordColumn === 'id' ? {} : { [wordColumn]: worded(columns[wordColumn], word) }),
    ...('id' in columns ? { id } : {}),
  })
}
