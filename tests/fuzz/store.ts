import { columnsOf, TABLES, type TableName, tableOf, type Value } from './tables.ts'

/** One row, by column. Its store determines the owner. */
export type Row = Readonly<Record<string, Value>>

/** All rows of one user. Never changed in place, because a savepoint is a reference. */
export interface Store {
  /** Whether the account exists. (The token of a deleted account remains valid for a while.) */
  account: boolean
  rows: ReadonlyMap<TableName, readonly Row[]>
}

export const NO_STORE: Store = { account: false, rows: new Map() }

/** The user's rows of one table. */
export function rowsIn({ rows }: Store, table: TableName): readonly Row[] {
  return rows.get(table) ?? []
}

/** A new account: its profile and nothing else. */
export function signUp(store: Store): Store {
  return withRows({ ...store, account: true }, 'user_profiles', [rowOf('user_profiles', {})])
}

/** Deleting an account deletes all rows that refer to it, directly or indirectly; the audit trail remains. */
export function deleteAccount(store: Store): Store {
  const kept = TABLES.filter((table) => outlives(table)).map(
    (table) => [table, rowsIn(store, table)] as const,
  )
  return { account: false, rows: new Map(kept) }
}

function outlives(table: TableName): boolean {
  const { needsAccount, parents } = tableOf(table)
  return !needsAccount && parents.every((parent) => outlives(parent.table))
}

/** The store with one table's rows replaced. Rows that refer to a removed row are removed. */
export function withRows(store: Store, table: TableName, rows: readonly Row[]): Store {
  const changed: Store = { ...store, rows: new Map([...store.rows, [table, rows]]) }
  const kept = new Set(rows.map((row) => row.id))
  return TABLES.reduce((result, child) => {
    const parent = child === table ? undefined : tableOf(child).parents.find((each) => each.table === table)
    if (!parent) return result
    const left = rowsIn(result, child).filter((row) => {
      const to = row[parent.column] ?? null
      return to === null || kept.has(to)
    })
    return left.length === rowsIn(result, child).length ? result : withRows(result, child, left)
  }, changed)
}

/** A row with the values that the database fills in. */
export function rowOf(table: TableName, given: Row): Row {
  const row: Record<string, Value> = {}
  for (const [name, column] of Object.entries(columnsOf(table))) {
    row[name] = given[name] === undefined ? (column.ifOmitted ?? null) : given[name]
  }
  return row
}

/** SQL that inserts stores into an empty database: rows of these tables. All values are constants of this program. */
export function storesAsSql(
  stores: ReadonlyMap<string, Store>,
  tables: readonly TableName[] = TABLES,
): string {
  const users = [...stores].filter(([, store]) => store.account).map(([user]) => `(${quoted(user)})`)
  const lines = [`insert into auth.users (id) values ${users.join(', ')};`]
  for (const table of tables) {
    if (table === 'user_profiles') continue
    const names = Object.keys(columnsOf(table))
    const rows = [...stores].flatMap(([user, store]) =>
      rowsIn(store, table).map(
        (row) => `(${[user, ...names.map((name) => row[name] ?? null)].map(quoted).join(', ')})`,
      ),
    )
    if (rows.length > 0)
      lines.push(
        `insert into public.${table} (user_id, ${names.join(', ')}) values\n    ${rows.join(',\n    ')};`,
      )
  }
  return lines.join('\n')
}

/** An SQL literal. */
export function quoted(value: Value): string {
  return value === null ? 'null' : `'${value.replaceAll("'", "''")}'`
}
