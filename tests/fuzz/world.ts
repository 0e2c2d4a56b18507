import { deleteAccount, NO_STORE, type Store } from './store.ts'
import type { Value } from './tables.ts'
import { firstStores } from './users.ts'

/** An open transaction of one user. */
export interface Transaction {
  user: string
  view: Store
  savepoints: Store[]
  aborted: boolean
  cursors: Map<string, Cursor>
}

export interface Cursor {
  rows: (readonly Value[])[]
  position: number
  /** Number of savepoints when it was opened: rolling back to an earlier one removes it. */
  depth: number
}

/**
 * The state of the model: each user's committed rows, and the open transaction of each connection. A user has one open
 * transaction at a time, because two would wait for each other's rows. Transactions of different users never wait for
 * each other and never see each other's rows. This is the tested guarantee, so their order does not matter.
 */
export interface World {
  stores: Map<string, Store>
  transactions: (Transaction | undefined)[]
  /** Which connection served a user in this round: statements of one round run at the same time. */
  served: Map<string, number>
}

export function newWorld(connections: number): World {
  return {
    stores: firstStores(),
    transactions: Array.from({ length: connections }, () => undefined),
    served: new Map(),
  }
}

export function storeOf(world: World, user: string): Store {
  return world.stores.get(user) ?? deleteAccount(NO_STORE)
}

/** Whether the user can begin a transaction on the connection. */
export function isFree(world: World, user: string, connection: number): boolean {
  const served = world.served.get(user)
  return (
    (served === undefined || served === connection) &&
    !world.transactions.some((transaction) => transaction?.user === user)
  )
}
