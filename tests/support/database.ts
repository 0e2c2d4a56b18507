import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { findScratch } from '../../db/scratch.ts'
import { maintenance } from '../../db/target.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { useHeld } from './held.ts'

/** A caller: a user by account id, or one of the API's other roles. */
export type Caller = { userId: string } | { role: 'anon' | 'service_role' | 'authenticated' }

/** A migrated database that belongs to one test file or one `describe`. */
export interface TestDatabase {
  /** Connection string of the owner. */
  connection: ConnectionString
  /** Connection string of the least-privileged login, `authenticator` on the embedded server. */
  app: ConnectionString
  /** Connections of the owner, who bypasses every policy. */
  owner: pg.Pool
  /** Adds an account and returns its id. */
  signUp(metaData?: unknown): Promise<string>
  /** Runs `work` in a transaction as a caller. If it throws, the transaction is rolled back. */
  as<T>(caller: Caller, work: (client: pg.ClientBase) => Promise<T>): Promise<T>
}

/**
 * Creates a fresh migrated database for the tests of a file (or of the current `describe`), and drops it afterwards. Returns
 * a function that gives the database, from the first test on.
 *
 * @param prepare runs before the first test. (Do not use another `before`, because
 * Node 20 starts all of a file's `before` hooks at once.)
 */
export function useTestDatabase(
  prepare: (database: TestDatabase) => Promise<void> = async () => {},
): () => TestDatabase {
  return useHeld((use) =>
    withTestDatabase(async (fresh) => {
      await prepare(fresh)
      await use(fresh)
    }),
  )
}

/** Runs `work` with a fresh migrated database, and drops it afterwards. */
export async function withTestDatabase<T>(work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const target = await findScratch()
  return withThrowawayDatabase(maintenance(target), async (connection) => {
    const app = withDatabase(target.app, connection.database)
    const owner = new pg.Pool({ ...connectionOptions(connection), max: 10 })
    // end() resolves before the server has closed the connection, so dropping the database may still end it.
    owner.on('error', () => {})
    owner.on('connect', (client) => client.on('error', () => {}))
    try {
      return await work({ connection, app, owner, signUp: signUp(owner), as: actAs(owner) })
    } finally {
      await owner.end()
    }
  })
}

function signUp(owner: pg.Pool): TestDatabase['signUp'] {
  return async (metaData = {}) => {
    const id = randomUUID()
    await owner.query('insert into auth.users (id, email, raw_user_meta_data) values ($1, $2, $3)', [
      id,
      `${id}@example.com`,
      JSON.stringify(metaData),
    ])
    return id
  }
}

function actAs(owner: pg.Pool): TestDatabase['as'] {
  return async (caller, work) => {
    const client = await owner.connect()
    try {
      const who = 'userId' in caller ? callerOf('authenticated', caller.userId) : callerOf(caller.role)
      return await asCaller(client, who, () => work(client))
    } finally {
      client.release()
    }
  }
}
