import pg from 'pg'
import { codeOf } from '../../packages/postgres/src/failure.ts'

/** The database cannot be reached, or has no free connection: retry later. */
export class DatabaseUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/**
 * Whether the database is down or overloaded (SQLSTATE class 08, 53300, 57P01–57P03, 57P05) and the query may be right.
 *
 * @example
 * import { createDatabase, isUnavailable, withAnon } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * const db = createDatabase({ connectionString: 'postgres://app:secret@127.0.0.1:1/centrid' })
 * await withAnon(db, (tx) => sql`select 1`.execute(tx)).catch(isUnavailable) // → true
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true
  const code = sqlState(error)
  return code !== undefined && (code.startsWith('08') || UNAVAILABLE.has(code))
}

/**
 * Whether a row violates a unique key (23505).
 *
 * @param constraint only this constraint counts
 *
 * @example
 * import { db, insertChunks, isUniqueViolation, withUser } from '@centrid/db'
 *
 * const chunk = { chunk_index: 0, content: 'Oak' }
 * const error = await withUser(db, claims, (tx) => insertChunks(tx, documentId, [chunk, chunk])).catch((e: unknown) => e)
 * isUniqueViolation(error) // → true
 * isUniqueViolation(error, 'documents_pkey') // → false
 */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23505', constraint)
}

/**
 * Whether a row refers to a row that does not exist, or is still referred to (23503).
 *
 * @param constraint only this constraint counts
 *
 * @example
 * import { db, insertChunks, isForeignKeyViolation, withUser } from '@centrid/db'
 *
 * const missing = '00000000-0000-4000-8000-000000000000'
 * const chunk = { chunk_index: 0, content: 'Oak' }
 * await withUser(db, claims, (tx) => insertChunks(tx, missing, [chunk])).catch((e) => isForeignKeyViolation(e)) // → true
 */
export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23503', constraint)
}

/**
 * Whether a check constraint refuses a value (23514).
 *
 * @param constraint only this constraint counts
 *
 * @example
 * import { db, isCheckViolation, withUser } from '@centrid/db'
 *
 * const unnamed = { filename: '', file_type: 'text/markdown', file_size: 120 }
 * const error = await withUser(db, claims, (tx) =>
 *   tx.insertInto('documents').values(unnamed).execute(),
 * ).catch((e: unknown) => e)
 * isCheckViolation(error, 'documents_filename_check') // → true
 */
export function isCheckViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23514', constraint)
}

/**
 * Whether a required column is null (23502).
 *
 * @param column only this column counts
 *
 * @example
 * import { db, isNotNullViolation, withUser } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * const error = await withUser(db, claims, (tx) =>
 *   sql`insert into public.documents (filename, file_size) values ('oak.md', 1)`.execute(tx),
 * ).catch((e: unknown) => e)
 * isNotNullViolation(error, 'file_type') // → true
 */
export function isNotNullViolation(error: unknown, column?: string): boolean {
  return sqlState(error) === '23502' && (column === undefined || field(error, 'column') === column)
}

/**
 * Whether the role lacks the privilege, or a policy refuses the row (42501).
 *
 * @example
 * import { db, isPermissionDenied, withAnon } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * await withAnon(db, (tx) => sql`select from public.documents`.execute(tx)).catch(isPermissionDenied) // → true
 */
export function isPermissionDenied(error: unknown): boolean {
  return sqlState(error) === '42501'
}

/**
 * Whether the statement was cancelled, by its time limit or on request (57014).
 *
 * @example
 * import { db, isCanceled, withAnon } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * const limit = { statementTimeoutMs: 20 }
 * await withAnon(db, (tx) => sql`select pg_sleep(10)`.execute(tx), limit).catch(isCanceled) // → true
 */
export function isCanceled(error: unknown): boolean {
  return sqlState(error) === '57014'
}

/**
 * Whether PostgreSQL ended the transaction because of a concurrent one, so that it can be retried (40001, 40P01).
 * With the option `retries`, `withUser` retries it.
 *
 * @example
 * import { db, isRetryable, withAnon } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * await withAnon(db, (tx) => sql`do $$ begin raise sqlstate '40001'; end $$`.execute(tx)).catch(isRetryable) // → true
 */
export function isRetryable(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40001' || code === '40P01'
}

/**
 * The SQLSTATE of a PostgreSQL error; undefined for anything else.
 *
 * @example
 * import { db, sqlState, withAnon } from '@centrid/db'
 * import { sql } from 'kysely'
 *
 * await withAnon(db, (tx) => sql`select 1 / 0`.execute(tx)).catch(sqlState) // → '22012'
 * sqlState(new Error('not of PostgreSQL')) // → undefined
 */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? codeOf(error) : undefined
}

const UNAVAILABLE = new Set(['53300', '57P01', '57P02', '57P03', '57P05'])

function violates(error: unknown, code: string, constraint: string | undefined): boolean {
  return sqlState(error) === code && (constraint === undefined || field(error, 'constraint') === constraint)
}

function field(error: unknown, name: 'constraint' | 'column'): string | undefined {
  return error instanceof pg.DatabaseError ? error[name] : undefined
}
