/** A value as PostgreSQL writes it as text; null is SQL's null. */
export type Value = string | null

/** What the fuzz puts into a column, and what the product promises of it. */
export interface Column {
  type: string
  /** Values that the product accepts. */
  good: readonly Value[]
  /** Values that it must refuse (SQLSTATE 23514). */
  bad: readonly string[]
  /** What a row has when nothing was given; undefined: a value must be given (SQLSTATE 23502). */
  ifOmitted: Value | undefined
}

/** Words that English text search neither drops nor changes. */
export const WORDS = ['alpha', 'bravo', 'delta', 'gamma', 'omega'] as const

/** The same few identifiers for every user, so that rows of several users share theirs. */
export const IDS: readonly string[] = Array.from(
  { length: 4 },
  (_, n) => `0000000${n}-0000-4000-8000-000000000000`,
)
