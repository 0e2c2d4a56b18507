import { type DatabaseConnection, type Driver, Kysely } from 'kysely'
import { usageError } from '../../packages/postgres/src/failure.ts'
import { dialectOf, SessionConnection } from './driver.ts'
import { ANON, type Timeouts } from './identity.ts'
import type { ConnectionPool, Lease } from './pool.ts'
import { Session } from './session.ts'

/** The root database has no tables. An editor that completes a table's name shows this text instead. */
export interface NoTables {
  'choose an identity: withUser(db, claims, (tx) => …), withAnon or withService': Record<never, never>
}

/**
 * A pool of connections without an identity. `withUser`, `withAnon` and `withService` return a handle that has one. Raw SQL
 * sent through the pool itself runs as `anon`, which has no privileges.
 */
export class RootDb extends Kysely<NoTables> {
  readonly #open: () => OpenDatabase
  #opened: OpenDatabase | undefined

  /** @param open called at the first use */
  constructor(open: () => OpenDatabase) {
    super({ dialect: dialectOf(anonDriver(() => this.opened)) })
    this.#open = open
  }

  /** The pool and its settings. */
  get opened(): OpenDatabase {
    this.#opened ??= this.#open()
    return this.#opened
  }

  /** Closes every connection within `graceMs`. Kysely's own `destroy` does nothing before a first query. */
  override async destroy(): Promise<void> {
    await this.#opened?.pool.destroy(this.#opened.graceMs)
  }
}

export interface OpenDatabase {
  pool: ConnectionPool
  timeouts: Timeouts
  distributed: boolean
  /** How long `destroy()` waits for running transactions. */
  graceMs: number
}

/** Runs each query as `anon`, in its own transaction. */
function anonDriver(opened: () => OpenDatabase): Driver {
  const leases = new WeakMap<DatabaseConnection, { lease: Lease; sessions: Session[] }>()
  const refuse = () =>
    Promise.reject(usageError('the root database has no transactions: use withUser, withAnon or withService'))
  return {
    init: () => Promise.resolve(),
    async acquireConnection() {
      const { pool, timeouts, distributed } = opened()
      const lease = await pool.lease()
      const sessions: Session[] = []
      const open = () => {
        if (!leases.has(connection))
          throw usageError(
            'the connection was released: await every query inside the function that received it',
          )
        const session = new Session(lease.client, {
          identity: ANON,
          timeouts,
          modes: '',
          oneQuery: true,
          distributed,
        })
        sessions.push(session)
        return new SessionConnection(session)
      }
      const connection: DatabaseConnection = {
        executeQuery: (query) => open().executeQuery(query),
        streamQuery: (query, chunkSize) => open().streamQuery(query, chunkSize ?? 100),
      }
      leases.set(connection, { lease, sessions })
      return connection
    },
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    async releaseConnection(connection) {
      const lent = leases.get(connection)
      if (!lent) return
      leases.delete(connection)
      const ends = await Promise.all(lent.sessions.map((session) => session.rollback()))
      lent.lease.release(ends.every((fit) => fit))
    },
    destroy: () => Promise.resolve(),
  }
}
