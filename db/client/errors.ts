import pg from 'pg'
import { codeOf } from '../../packages/postgres/src/failure.ts'

/** The database cannot be reached, or has no connection to spare: worth another try a little later. */
export class DatabaseUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** Whether the database is away or too busy (SQLSTATE class 08, 53300, 57P01–57P03, 57P05), not the query wrong. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true
  const code = sqlState(error)
  return code !== undefined && (code.startsWith('08') || UNAVAILABLE.has(code))
}

/** A unique key would have held two rows (23505); of that constraint only, where one is named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23505', constraint)
}

/** A row refers to one that is not there, or is still referred to (23503). */
export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23503', constraint)
}

/** A value is outside what a check allows (23514). */
export function isCheckViolation(error: unknown, constraint?: string): boolean {
  return violates(error, '23514', constraint)
}

/** A column that needs a value got none (23502). */
export function isNotNullViolation(error: unknown, column?: string): boolean {
  return sqlState(error) === '23502' && (column === undefined || field(error, 'column') === column)
}

/** The role may not do that, or a policy refuses the row (42501). */
export function isPermissionDenied(error: unknown): boolean {
  return sqlState(error) === '42501'
}

/** The statement was cancelled: by its time limit, or on request (57014). */
export function isCanceled(error: unknown): boolean {
  return sqlState(error) === '57014'
}

/** Two transactions met, and one of them has to be run again (40001, 40P01). */
export function isRetryable(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40001' || code === '40P01'
}

/** SQLSTATE of a PostgreSQL error; undefined for anything else. */
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
