import { sql } from 'kysely'
import type { AnonDb, ServiceDb, UserDb } from './handles.ts'

let savepoints = 0

/**
 * Runs `fn` inside a savepoint: when it fails, only its own changes are undone, and the transaction goes on. What `fn`
 * throws is thrown again. Savepoints can be nested, and cannot run side by side.
 *
 * @example
 * import { db, insertChunks, isUniqueViolation, withSavepoint, withUser } from '@centrid/db'
 *
 * const chunk = { chunk_index: 20, content: 'Oak' }
 * const refused = await withUser(db, claims, async (tx) => {
 *   await insertChunks(tx, documentId, [chunk])
 *   // Without the savepoint, the error would end the transaction although it is caught.
 *   return withSavepoint(tx, (part) => insertChunks(part, documentId, [chunk])).catch(isUniqueViolation)
 * })
 * refused // → true
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
    // If this fails too (the connection is lost), report the first error.
    await sql`rollback to savepoint ${name}`.execute(tx).catch(() => {})
    throw error
  }
  await sql`release savepoint ${name}`.execute(tx)
  return result
}
