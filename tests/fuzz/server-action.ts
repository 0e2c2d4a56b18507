import fc from 'fast-check'
import { identity, type Sent } from './sent.ts'
import { deleteAccount, type Row, rowOf, rowsIn, type Store, signUp, withRows } from './store.ts'
import { IDS, type TableName } from './tables.ts'
import { ACTORS } from './users.ts'
import { storeOf, type World } from './world.ts'

/** An action of the server between the users' statements, on its own connection. */
export interface ServerAction {
  text: string
  values: readonly string[]
  /** The acting role: the API's server role, or the owner of the database. */
  role: 'service_role' | 'owner'
  /** The user whose rows it changes; undefined for a read. */
  user?: string
  run: (world: World) => { answer: Sent['expected']; store?: Store }
}

function changesRow(table: TableName, change: string, given: Row, user: string, id?: string): ServerAction {
  const condition = id === undefined ? 'user_id = $1::uuid' : 'user_id = $1::uuid and id = $2::uuid'
  return {
    text: `update public.${table} set ${change} where ${condition}`,
    values: id === undefined ? [user] : [user, id],
    role: 'service_role',
    user,
    run: (world) => {
      const store = storeOf(world, user)
      const isMeant = (row: Row) => id === undefined || row.id === id
      const rows = rowsIn(store, table).map((row) => (isMeant(row) ? { ...row, ...given } : row))
      return {
        answer: { count: rows.filter(isMeant).length, rows: [] },
        store: withRows(store, table, rows),
      }
    },
  }
}

function addsEvent(user: string, id: string): ServerAction {
  return {
    text: `insert into public.usage_events (user_id, id, event_type) values ($1::uuid, $2::uuid, 'alpha') on conflict do nothing`,
    values: [user, id],
    role: 'service_role',
    user,
    run: (world) => {
      const store = storeOf(world, user)
      const known = rowsIn(store, 'usage_events').some((row) => row.id === id)
      if (known) return { answer: { count: 0, rows: [] }, store }
      const rows = [...rowsIn(store, 'usage_events'), rowOf('usage_events', { id, event_type: 'alpha' })]
      return { answer: { count: 1, rows: [] }, store: withRows(store, 'usage_events', rows) }
    },
  }
}

function endsAccount(user: string): ServerAction {
  return {
    text: 'delete from auth.users where id = $1::uuid',
    values: [user],
    role: 'owner',
    user,
    run: (world) => {
      const store = storeOf(world, user)
      return { answer: { count: store.account ? 1 : 0, rows: [] }, store: deleteAccount(store) }
    },
  }
}

function signsUp(user: string): ServerAction {
  return {
    text: 'insert into auth.users (id) values ($1::uuid) on conflict do nothing',
    values: [user],
    role: 'owner',
    user,
    run: (world) => {
      const store = storeOf(world, user)
      if (store.account) return { answer: { count: 0, rows: [] }, store }
      return { answer: { count: 1, rows: [] }, store: signUp(store) }
    },
  }
}

function counts(table: TableName): ServerAction {
  return {
    text: `select count(*)::text from public.${table}`,
    values: [],
    role: 'service_role',
    run: ({ stores }) => {
      const total = [...stores.values()].reduce((sum, store) => sum + rowsIn(store, table).length, 0)
      return { answer: { count: 1, rows: [[String(total)]] } }
    },
  }
}

/** Not even the server may change the audit trail. */
function refused(text: string): ServerAction {
  return { text, values: [], role: 'service_role', run: () => ({ answer: { error: '42501' } }) }
}

export const serverAction: fc.Arbitrary<ServerAction> = fc.oneof(
  fc
    .constantFrom(...ACTORS)
    .map((user) =>
      changesRow(
        'user_profiles',
        `plan_type = 'pro', usage_count = 3`,
        { plan_type: 'pro', usage_count: '3' },
        user,
      ),
    ),
  fc
    .tuple(fc.constantFrom(...ACTORS), fc.constantFrom(...IDS))
    .map(([user, id]) =>
      changesRow(
        'agent_requests',
        'progress = 50, token_cost = 2',
        { progress: '50', token_cost: '2' },
        user,
        id,
      ),
    ),
  fc.tuple(fc.constantFrom(...ACTORS), fc.constantFrom(...IDS)).map(([user, id]) => addsEvent(user, id)),
  fc.constantFrom(...ACTORS).map(endsAccount),
  fc.constantFrom(...ACTORS).map(signsUp),
  fc.constantFrom<TableName>('documents', 'usage_events', 'user_profiles').map(counts),
  fc
    .constantFrom(
      'update public.usage_events set tokens_used = 0',
      'delete from public.usage_events',
      'truncate public.usage_events',
    )
    .map(refused),
)

/** The statements of an action on the server's connection, and the model after it; empty if its user has an open transaction. */
export function predictServer(world: World, connection: number, action: ServerAction): Sent[] {
  const { text, values, role, user } = action
  if (user !== undefined && world.transactions.some((transaction) => transaction?.user === user)) return []
  const { answer: expected, store } = action.run(world)
  if (user !== undefined && store) world.stores.set(user, store)
  const control = (sql: string): Sent => ({ connection, text: sql, values: [], expected: undefined })
  return [
    control('begin'),
    ...(role === 'owner' ? [] : [identity(connection, role, '')]),
    { connection, text, values, expected },
    control('commit'),
  ]
}
