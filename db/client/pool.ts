import pg from 'pg'
import { connectionOptions } from '../../packages/postgres/src/connection-options.ts'
import type { ConnectionString } from '../../packages/postgres/src/connection-string.ts'
import { messageOf } from '../../packages/postgres/src/failure.ts'
import { cancelStatement } from './cancel.ts'
import { DatabaseUnavailable } from './errors.ts'

export interface PoolSettings {
  connection: ConnectionString
  /** Most connections open at once. */
  max: number
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** To open a connection, or to wait for a free one. */
  connectTimeoutMs: number
  /** A connection that nobody used for so long is closed. */
  idleTimeoutMs: number
}

/** A connection on loan. Give it back once, on every path. */
export interface Lease {
  client: pg.PoolClient
  /** @param fit whether the next one may have it; otherwise it is closed */
  release(fit: boolean): void
  /** Asks the server to stop what the connection is doing. */
  cancel(): Promise<void>
}

/** Connections that are opened as needed, at most `max`, and lent one borrower at a time. */
export class ConnectionPool {
  readonly #pool: pg.Pool
  readonly #settings: PoolSettings
  readonly #lent = new Set<pg.PoolClient>()
  #destroyed: Promise<void> | undefined

  constructor(settings: PoolSettings) {
    this.#settings = settings
    this.#pool = new pg.Pool({
      ...connectionOptions(settings.connection),
      max: settings.max,
      application_name: settings.applicationName,
      connectionTimeoutMillis: settings.connectTimeoutMs,
      idleTimeoutMillis: settings.idleTimeoutMs,
      keepAlive: true,
      // A script that forgets to close the pool still ends.
      allowExitOnIdle: true,
      pipeline: true,
    })
    // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
    this.#pool.on('error', ignore)
    // While it is lent, or just about to be, the pool does not listen; the query under way is told of the error.
    this.#pool.on('connect', (client) => client.on('error', ignore))
  }

  /**
   * Lends a connection.
   *
   * @throws DatabaseUnavailable where none can be opened, or none becomes free within `connectTimeoutMs`
   */
  async lease(): Promise<Lease> {
    let client: pg.PoolClient
    try {
      client = await this.#pool.connect()
    } catch (error) {
      throw this.#explain(error)
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
   * Closes every connection. Waits for borrowers, but no longer than `graceMs`: then their connections are cut and
   * their queries fail. Always ends; a second call is the first.
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
        ? `no connection to ${connection.name} became free within ${seconds} s (at most ${max} are opened; a withUser inside another's function needs one of its own)`
        : `cannot connect to ${connection.name}: ${messageOf(error)}`
    return new DatabaseUnavailable(message, error)
  }
}

function ignore(): void {}

/** A pool of exactly one connection, which stays open, and with it what was set in its session. */
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
