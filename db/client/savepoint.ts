import { sql } from 'kysely'
import type { AnonDb, ServiceDb, UserDb } from './handles.ts'

let savepoints = 0

/**
 * Runs `fn` so that its failure undoes only what it did, and the transaction goes on. What it throws is thrown again.
 * One at a time: savepoints nest and do not run side by side.
 */
export async function withSavepoint<Handle extends UserDb | ServiceDb | AnonDb, T>(
  tx: Handle,
  fn: (tx: Handle) => Promise<T>,
): Promise<T> {
  const name = sql.id(`savepoint_${++savepoints}`)
  await sql`savepoint ${name}`.execute(tx)
  let result: T
  try {
    result = await fn(tx)
  } catch (error) {
    // Where this fails too (the connection is gone), the first error is the one to tell.
    await sql`rollback to savepoint ${name}`.execute(tx).catch(() => {})
    throw error
  }
  await sql`release savepoint ${name}`.execute(tx)
  return result
}
