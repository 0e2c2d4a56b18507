import pg from 'pg'
import { connectionOptions } from '../../packages/postgres/src/connection-options.ts'
import type { ConnectionString } from '../../packages/postgres/src/connection-string.ts'
import { messageOf } from '../../packages/postgres/src/failure.ts'
import { cancelStatement } from './cancel.ts'
import { refuseOtherKind } from './distributed.ts'
import { DatabaseUnavailable } from './errors.ts'

export interface PoolSettings {
  connection: ConnectionString
  /** Maximum number of open connections. */
  max: number
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Time limit for opening a connection or waiting for a free one. */
  connectTimeoutMs: number
  /** How long a connection may be unused before it is closed. */
  idleTimeoutMs: number
  /** Whether the database must be distributed. */
  distributed: boolean
}

/** A borrowed connection. Release it exactly once, on every path. */
export interface Lease {
  client: pg.PoolClient
  /** @param fit whether it may be reused; otherwise it is closed */
  release(fit: boolean): void
  /** Asks the server to cancel the running statement. */
  cancel(): Promise<void>
}

/** Connections, opened as needed, at most `max`, each lent to one borrower at a time. */
export class ConnectionPool {
  readonly #pool: pg.Pool
  readonly #settings: PoolSettings
  readonly #lent = new Set<pg.PoolClient>()
  #destroyed: Promise<void> | undefined
  /** Whether the server was found to match the option `distributed`. */
  #agreed = false

  constructor(settings: PoolSettings) {
    this.#settings = settings
    this.#pool = new pg.Pool({
      ...connectionOptions(settings.connection),
      max: settings.max,
      application_name: settings.applicationName,
      connectionTimeoutMillis: settings.connectTimeoutMs,
      idleTimeoutMillis: settings.idleTimeoutMs,
      keepAlive: true,
      // A script that does not close the pool still ends.
      allowExitOnIdle: true,
      pipeline: true,
    })
    // The pool drops an idle connection that is lost. Without this listener, the process would end.
    this.#pool.on('error', ignore)
    // The pool does not listen to a lent connection; its running query gets the error.
    this.#pool.on('connect', (client) => client.on('error', ignore))
  }

  /**
   * Lends a connection.
   *
   * @throws DatabaseUnavailable if none can be opened or becomes free within `connectTimeoutMs`; Failure (2) if the
   * option `distributed` and the server disagree
   */
  async lease(): Promise<Lease> {
    let client: pg.PoolClient
    try {
      client = await this.#pool.connect()
    } catch (error) {
      throw this.#explain(error)
    }
    if (!this.#agreed) {
      try {
        await refuseOtherKind(client, this.#settings)
      } catch (error) {
        client.release(true)
        throw error
      }
      this.#agreed = true
    }
    this.#lent.add(client)
    return {
      client,
      release: (fit) => {
        this.#lent.delete(client)
        client.release(!fit)
      },
      cancel: () => cancelStatement(client, this.#settings.connection),
    }
  }

  /** Connections that are open or being opened. */
  get size(): number {
    return this.#pool.totalCount
  }

  /**
   * Closes every connection. Waits up to `graceMs` for borrowers; then their connections are closed and their queries
   * fail. A second call returns the promise of the first.
   */
  destroy(graceMs: number): Promise<void> {
    this.#destroyed ??= this.#end(graceMs)
    return this.#destroyed
  }

  async #end(graceMs: number): Promise<void> {
    const ended = this.#pool.end()
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        for (const client of this.#lent) client.connection.stream.destroy()
        resolve()
      }, graceMs)
    })
    await Promise.race([ended, grace])
    clearTimeout(timer)
  }

  #explain(error: unknown): DatabaseUnavailable {
    const { connection, max, connectTimeoutMs } = this.#settings
    const seconds = connectTimeoutMs / 1000
    const message =
      messageOf(error) === 'timeout exceeded when trying to connect'
        ? `no connection to ${connection.name} became free within ${seconds} s (the maximum is ${max}; a withUser inside the function of another one needs a second connection)`
        : `cannot connect to ${connection.name}: ${messageOf(error)}`
    return new DatabaseUnavailable(message, error)
  }
}

function ignore(): void {}

/** A pool of exactly one connection, which stays open and keeps its session's settings. */
export function singleConnectionPool(connection: ConnectionString, applicationName: string): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(connection),
    max: 1,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 0,
    keepAlive: true,
    allowExitOnIdle: true,
  })
  pool.on('error', ignore)
  return pool
}
