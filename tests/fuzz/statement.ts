import type { Row, Store } from './store.ts'
import type { Value } from './tables.ts'

/** The answer to a statement: rows in any order, a row count, or an SQLSTATE. */
export type Answer =
  | { count: number; rows: readonly (readonly Value[])[] }
  /** Any `count` different rows of these. */
  | { count: number; among: readonly (readonly Value[])[] }
  /** `or`: the answer for another order of the rows. */
  | { error: string; or?: readonly string[] }

/** The answer of a statement, and the user's store after it. */
export interface Effect {
  answer: Answer
  store: Store
}

/** An SQL statement, and its effect in the model. */
export interface Statement {
  text: string
  values: readonly Value[]
  /** SQLSTATE for every caller: PostgreSQL raises this error before it checks privileges. */
  malformed?: string
  /** @param user account id of the caller; undefined: a caller without identity */
  run: (store: Store, user: string | undefined) => Effect
}

/** Collects the parameters of a statement. */
export interface Parameters {
  values: Value[]
  /** Adds a value and returns its placeholder with the type: `$1::uuid`. */
  add: (value: Value, type: string) => string
}

export function parameters(): Parameters {
  const values: Value[] = []
  return {
    values,
    add: (value, type) => `$${values.push(value)}::${type}`,
  }
}

/** The effect of a statement that returns rows and changes nothing. */
export function shows(rows: readonly (readonly Value[])[], store: Store): Effect {
  return { answer: { count: rows.length, rows }, store }
}

/** The effect of a statement that fails and changes nothing. */
export function fails(error: string, store: Store, or?: readonly string[]): Effect {
  return { answer: or ? { error, or } : { error }, store }
}

/** The result of a select list. The owner is not part of the row; for timestamps, only their presence is known. */
export function project(
  rows: readonly Row[],
  columns: readonly string[],
  user: string | undefined,
): (readonly Value[])[] {
  return rows.map((row) =>
    columns.map((column) =>
      column === 'user_id' ? (user ?? null) : column === 'created_at' ? 'true' : (row[column] ?? null),
    ),
  )
}

/** A select list over an alias, everything as text. */
export function selectList(alias: string, columns: readonly string[]): string {
  return columns
    .map((column) =>
      column === 'created_at'
        ? `(${alias}.created_at <= pg_catalog.clock_timestamp())::text`
        : `${alias}.${column}::text`,
    )
    .join(', ')
}
