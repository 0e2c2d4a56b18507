import type { DB } from '@centrid/db-types'
import { Kysely, PostgresDialect } from 'kysely'
import { parseConnectionString } from '../../packages/postgres/src/connection-string.ts'
import { usageError } from '../../packages/postgres/src/failure.ts'
import { openDatabase } from './database.ts'
import { singleConnectionPool } from './pool.ts'
import { type OpenDatabase, RootDb } from './root-db.ts'

/**
 * The database of the environment: APP_DATABASE_URL, else DATABASE_URL, distributed if DATABASE_DISTRIBUTED is 1. They are read
 * at the first use, which throws a Failure (2) if both addresses are unset.
 *
 * @example
 * import { db, withUser } from '@centrid/db'
 *
 * await withUser(db, claims, (tx) => tx.selectFrom('documents').select('filename').execute()) // → [{ filename: 'trees.md' }]
 */
export const db: RootDb = new RootDb(() => openEnvironment())

/** The pool of {@link db}. It connects at its first use. */
export function openEnvironment(): OpenDatabase {
  for (const name of ['APP_DATABASE_URL', 'DATABASE_URL']) {
    const url = process.env[name]
    if (!url) continue
    const distributed = process.env.DATABASE_DISTRIBUTED === '1'
    return openDatabase(parseConnectionString(url, name), { distributed }).opened
  }
  throw usageError('set APP_DATABASE_URL to the connection string of the application login')
}

/**
 * Exactly one connection as the owner (DATABASE_URL), for migrations and administration. Row level security does not
 * apply to it, and it has no time limit. Session settings last until `destroy()`.
 *
 * @throws Failure (2) if DATABASE_URL is unset
 *
 * @example
 * import { getMigrationClient } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * const owner = getMigrationClient()
 * await sql`analyze public.documents`.execute(owner)
 * await owner.destroy()
 */
export function getMigrationClient(): Kysely<DB> {
  const databaseUrl = process.env.DATABASE_URL
  if (!databaseUrl) throw usageError("set DATABASE_URL to the connection string of the database's owner")
  const pool = singleConnectionPool(parseConnectionString(databaseUrl), 'centrid-migrations')
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}
