import {
  type ConnectionString,
  parseConnectionString,
} from '../../packages/postgres/src/connection-string.ts'
import { misuse } from '../../packages/postgres/src/failure.ts'
import { ConnectionPool } from './pool.ts'
import { RootDb } from './root-db.ts'

export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database`. TLS is verified, except on loopback or where sslmode asks otherwise. */
  connectionString: string
  /** Most connections open at once; 10 unless given. */
  max?: number
  /** Shown in pg_stat_activity; `centrid` unless given. */
  applicationName?: string
  /** To open a connection, or to wait for a free one; 5,000 unless given. */
  connectTimeoutMs?: number
  /** A connection that nobody used for so long is closed; 10,000 unless given. */
  idleTimeoutMs?: number
  /** Bound on each statement; 30,000 unless given, 0 is none. */
  statementTimeoutMs?: number
  /** Bound on the pauses of a transaction, so that a stuck one gives its locks back; 60,000 unless given, 0 is none. */
  idleInTransactionTimeoutMs?: number
  /** How long `destroy()` waits for transactions under way before it cuts them; 5,000 unless given. */
  graceMs?: number
}

/**
 * A pool of connections for `withUser`, `withAnon` and `withService`. Connects when it is first needed.
 *
 * Made for a login that may do nothing by itself (`authenticator`). Works through a pooler in transaction mode: it
 * leaves no state in the session and names no prepared statement.
 *
 * @throws Failure (2) for a connection string or an option that cannot be
 */
export function createDatabase(options: DatabaseOptions): RootDb {
  return openDatabase(parseConnectionString(options.connectionString, 'connectionString'), options)
}

/** {@link createDatabase} for a connection string that was checked. */
export function openDatabase(
  connection: ConnectionString,
  options: Omit<DatabaseOptions, 'connectionString'> = {},
): RootDb {
  const opened = {
    pool: new ConnectionPool({
      connection,
      applicationName: options.applicationName ?? 'centrid',
      max: wholeNumber('max', options.max ?? 10, 1),
      connectTimeoutMs: wholeNumber('connectTimeoutMs', options.connectTimeoutMs ?? 5_000, 1),
      idleTimeoutMs: wholeNumber('idleTimeoutMs', options.idleTimeoutMs ?? 10_000, 0),
    }),
    timeouts: {
      statementMs: wholeNumber('statementTimeoutMs', options.statementTimeoutMs ?? 30_000, 0),
      idleMs: wholeNumber('idleInTransactionTimeoutMs', options.idleInTransactionTimeoutMs ?? 60_000, 0),
    },
    graceMs: wholeNumber('graceMs', options.graceMs ?? 5_000, 0),
  }
  return new RootDb(() => opened)
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least) throw misuse(`${name} is a whole number from ${least}`)
  return value
}
