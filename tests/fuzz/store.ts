import { COLUMNS, TABLES, type TableName, type Value } from './tables.ts'

/** One row of one user, by column; the owner is whose store it is in. */
export type Row = Readonly<Record<string, Value>>

/** Everything that one user owns. Never changed in place: a savepoint is a reference. */
export interface Store {
  /** Whether the account exists (the token of a deleted one is still good for a while). */
  account: boolean
  rows: Readonly<Record<TableName, readonly Row[]>>
}

const nothing: Store['rows'] = {
  user_profiles: [],
  documents: [],
  document_chunks: [],
  agent_requests: [],
  agent_sessions: [],
  usage_events: [],
}

export const NO_STORE: Store = { account: false, rows: nothing }

/** What sign-up leaves: an empty account with its profile. */
export function signUp(store: Store): Store {
  return withRows({ ...store, account: true }, 'user_profiles', [rowOf('user_profiles', {})])
}

/** Deleting an account takes everything but the audit trail. */
export function deleteAccount(store: Store): Store {
  return { account: false, rows: { ...nothing, usage_events: store.rows.usage_events } }
}

/** The store with one table's rows replaced; chunks go with their document. */
export function withRows(store: Store, table: TableName, rows: readonly Row[]): Store {
  const changed = { ...store, rows: { ...store.rows, [table]: rows } }
  if (table !== 'documents') return changed
  const kept = new Set(rows.map((row) => row.id))
  const chunks = changed.rows.document_chunks.filter((chunk) => kept.has(chunk.document_id))
  return { ...changed, rows: { ...changed.rows, document_chunks: chunks } }
}

/** A row with what the product fills in. */
export function rowOf(table: TableName, given: Row): Row {
  const row: Record<string, Value> = {}
  for (const [name, column] of Object.entries(COLUMNS[table])) {
    row[name] = given[name] === undefined ? (column.ifOmitted ?? null) : given[name]
  }
  return row
}

/** SQL that puts stores into an empty database: rows of these tables. Its values are constants of this program. */
export function storesAsSql(
  stores: ReadonlyMap<string, Store>,
  tables: readonly TableName[] = TABLES,
): string {
  const users = [...stores].filter(([, store]) => store.account).map(([user]) => `(${quoted(user)})`)
  const lines = [`insert into auth.users (id) values ${users.join(', ')};`]
  for (const table of tables) {
    if (table === 'user_profiles') continue
    const names = Object.keys(COLUMNS[table])
    const rows = [...stores].flatMap(([user, store]) =>
      store.rows[table].map(
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
