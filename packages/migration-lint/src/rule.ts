import type { Migration } from './parse/file.ts'
import type { Note } from './parse/notes.ts'
import type { Statement } from './parse/statement.ts'
import type { Schema } from './schema/schema.ts'
import type { Settings } from './settings.ts'

/** The input of a rule. */
export interface Context {
  settings: Settings
  file: Migration
  /** Every file of the folder, in the order in which they are applied. */
  files: readonly Migration[]
  /** The schema before the statement; for `after`, the schema after this migration. */
  schema: Schema
}

/** A violation of a rule. */
export interface Report {
  /** A statement, which can have a comment `-- lint:ignore`, or a line of the file. */
  at: Statement | number
  /** What is wrong, and with which object. */
  message: string
  /** What to do. */
  advice: string
}

/** A rule. Each has its own file, and a page docs/<code>.md with SQL that triggers it and SQL that does not. */
export interface Rule {
  /** Such as `M010`. A code is never reused for another rule. */
  code: string
  /** The requirement, in a few words. */
  title: string
  /** Inspects the file. */
  file?(context: Context): Iterable<Report>
  /** Inspects each statement of the up section, with the schema before it. */
  statement?(statement: Statement, context: Context): Iterable<Report>
  /** Inspects the schema after the up section. */
  after?(context: Context): Iterable<Report>
  /** Inspects the comments `-- lint:ignore`, after all other rules. */
  ignores?(context: Context, silenced: ReadonlySet<Note>, codes: readonly string[]): Iterable<Report>
}

/** Whether a comment at the statement gives a reason for widening access. */
export function saysWhyItWidens({ notes }: Statement): boolean {
  return notes.some((note) => note.kind === 'widens' && note.reason !== '')
}
