import type { Node } from 'libpg-query'
import type { Note } from './notes.ts'

/** A statement of a section, or one inside a DO block or CREATE SCHEMA. */
export interface Statement {
  node: Node
  /** Line of the file, from 1. */
  line: number
  /** The comments between the previous statement and this one, and those inside it. */
  notes: readonly Note[]
  /** Whether it stands for EXECUTE of SQL that is built at run time. */
  isBuilt?: boolean
}
