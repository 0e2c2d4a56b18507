import {
  type ConnectionString,
  parseConnectionString,
} from '../../packages/postgres/src/connection-string.ts'
import { wholeNumber } from '../../packages/postgres/src/whole-number.ts'
import { ConnectionPool } from './pool.ts'
import { RootDb } from './root-db.ts'

export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database`. TLS is verified, except on loopback or if sslmode says otherwise. */
  connectionString: string
  /** Maximum number of open connections; default 10. */
  max?: number
  /** Shown in pg_stat_activity; default `centrid`. */
  applicationName?: string
  /** Time limit for opening a connection or waiting for a free one; default 5,000. */
  connectTimeoutMs?: number
  /** How long a connection may be unused before it is closed; default 10,000. */
  idleTimeoutMs?: number
  /** Time limit for each statement; default 30,000, 0 for none. */
  statementTimeoutMs?: number
  /** Time limit for each pause of a transaction, so that a stuck one gives up its locks; default 60,000, 0 for none. */
  idleInTransactionTimeoutMs?: number
  /** How long `destroy()` waits for running transactions before it ends them; default 5,000. */
  graceMs?: number
  /**
   * Experimental: the database is a Citus coordinator after `make distribute`; default false. The first connection checks
   * that the server agrees, and every call throws a Failure (2) if it does not.
   */
  distributed?: boolean
}

/**
 * A pool of connections for `withUser`, `withAnon` and `withService`. It connects at the first use.
 *
 * Made for a login without privileges of its own (`authenticator`). Works through a pooler in transaction mode: it
 * leaves no state in the session and uses no named prepared statement.
 *
 * @throws Failure (2) for an invalid connection string or option
 *
 * @example
 * import { createDatabase, withUser } from '@centrid/db'
 *
 * const db = createDatabase({ connectionString: process.env.APP_DATABASE_URL ?? '', max: 5 })
 * const rows = await withUser(db, claims, (tx) => tx.selectFrom('documents').select('filename').execute())
 * await db.destroy() // at the end of the program
 * rows // → [{ filename: 'trees.md' }]
 */
export function createDatabase(options: DatabaseOptions): RootDb {
  return openDatabase(parseConnectionString(options.connectionString, 'connectionString'), options)
}

/** {@link createDatabase} for a connection string that is already parsed. */
export function openDatabase(
  connection: ConnectionString,
  options: Omit<DatabaseOptions, 'connectionString'> = {},
): RootDb {
  const distributed = options.distributed ?? false
  const opened = {
    distributed,
    pool: new ConnectionPool({
      connection,
      distributed,
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
