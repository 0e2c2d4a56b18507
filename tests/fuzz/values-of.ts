/** A value in PostgreSQL's text format; null is SQL's null. */
export type Value = string | null

/** Values that the fuzzer writes to a column, and the expected results. */
export interface Column {
  type: string
  /** Values that the database must accept. */
  good: readonly Value[]
  /** Values that the database must refuse (SQLSTATE 23514). */
  bad: readonly string[]
  /** The default; undefined for a required value (SQLSTATE 23502). */
  ifOmitted: Value | undefined
}

/** Words that English text search neither drops nor changes. */
export const WORDS = ['alpha', 'bravo', 'delta', 'gamma', 'omega'] as const

/** A few ids for all users, so that rows of several users have the same id. */
export const IDS: readonly string[] = Array.from(
  { length: 4 },
  (_, n) => `0000000${n}-0000-4000-8000-000000000000`,
)
