import type { Migration } from './parse/file.ts'
import type { Note } from './parse/notes.ts'
import type { Statement } from './parse/statement.ts'
import type { Schema } from './schema/schema.ts'
import type { Settings } from './settings.ts'

/** What a rule is given. */
export interface Context {
  settings: Settings
  file: Migration
  /** Every file of the folder, in the order in which they are applied. */
  files: readonly Migration[]
  /** What the migrations before have made; for `after`, with this one. */
  schema: Schema
}

/** Something that breaks a rule. */
export interface Report {
  /** A statement, at which `-- lint:ignore` may stand, or a line of the file. */
  at: Statement | number
  /** What is wrong, on what. */
  message: string
  /** What to do. */
  advice: string
}

/** A rule. It stands in a file of its own, and docs/<code>.md says what fires and what is silent. */
export interface Rule {
  /** Such as `M010`. A code is never used again for something else. */
  code: string
  /** What must be so, in a few words. */
  title: string
  /** Looks at the file as it is. */
  file?(context: Context): Iterable<Report>
  /** Looks at each statement of the up section, with the schema as that statement finds it. */
  statement?(statement: Statement, context: Context): Iterable<Report>
  /** Looks at the schema after the up section. */
  after?(context: Context): Iterable<Report>
  /** Looks at the comments `-- lint:ignore`, when all other rules have been silenced. */
  ignores?(context: Context, silenced: ReadonlySet<Note>, codes: readonly string[]): Iterable<Report>
}

/** Whether a comment at the statement says why it gives more access. */
export function saysWhyItWidens({ notes }: Statement): boolean {
  return notes.some((note) => note.kind === 'widens' && note.reason !== '')
}
