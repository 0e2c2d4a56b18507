import { hasSqlDetails, parseSync, scanSync } from 'libpg-query'
import { lineFinder } from './lines.ts'
import { type Note, noteOf } from './notes.ts'
import type { SectionText } from './sections.ts'
import type { Statement } from './statement.ts'
import { unfold } from './unfold.ts'

/** A section, parsed by PostgreSQL's own parser. */
export interface Section extends SectionText {
  statements: readonly Statement[]
  /** The statements as they are sent to PostgreSQL: a DO block is one statement. */
  sent: readonly { sql: string; line: number }[]
  notes: readonly Note[]
  error: { line: number; message: string } | undefined
}

/** Parses a section. The parser must be loaded. */
export function parseSection(section: SectionText): Section {
  const lineOf = lineFinder(section.sql, section.line + 1)
  const unparsed = (line: number, message: string): Section => ({
    ...section,
    statements: [],
    sent: [],
    notes: [],
    error: { line, message },
  })
  // The parser reads to the first null byte, and refuses an empty text.
  const beforeNull = section.sql.split('\0', 1)[0] ?? ''
  if (beforeNull !== section.sql) return unparsed(lineOf(Buffer.byteLength(beforeNull)), 'it has a null byte')
  if (section.sql === '') return { ...section, statements: [], sent: [], notes: [], error: undefined }
  try {
    const { stmts = [] } = parseSync(section.sql)
    const notes = scanSync(section.sql).tokens.flatMap((token) => {
      const note = noteOf(token, lineOf(token.start))
      return note ? [{ note, at: token.start }] : []
    })
    const bytes = Buffer.from(section.sql)
    let since = 0
    const statements = stmts.flatMap(({ stmt, stmt_location: start = 0, stmt_len: size }) => {
      const end = size === undefined ? bytes.length : start + size
      const own = notes.filter(({ at }) => at >= since && at < end).map(({ note }) => note)
      since = end
      return stmt ? unfold(stmt, section.sql, lineOf, start, end, own) : []
    })
    return {
      ...section,
      statements,
      sent: stmts.map(({ stmt_location: start = 0, stmt_len: size }) => ({
        sql: bytes
          .subarray(start, size === undefined ? undefined : start + size)
          .toString()
          .trim(),
        line: lineOf(start),
      })),
      notes: notes.map(({ note }) => note),
      error: undefined,
    }
  } catch (error) {
    if (!hasSqlDetails(error)) throw error
    // Counted from 0, in characters.
    const before = Array.from(section.sql).slice(0, error.sqlDetails?.cursorPosition ?? 0)
    const line = section.line + 1 + before.filter((character) => character === '\n').length
    return unparsed(line, error.message)
  }
}
