import { parse } from 'libpg-query'
import type { Section } from './files.ts'
import type { Refusal } from './session/lend.ts'

/** The place of an error in a migration file, and PostgreSQL's message. */
export interface Diagnosis {
  /** Line of the file, from 1. */
  line: number
  /** The statement, shortened to its first lines. */
  statement: string
  sqlstate: string
  message: string
  detail: string | undefined
  hint: string | undefined
}

interface Statement {
  sql: string
  /** Line of the text on which the statement begins, from 0. */
  line: number
}

const SHOWN_LINES = 12

/**
 * Finds the statement of a migration that PostgreSQL refused. dbmate sends a whole section with its marker;
 * the failed statement follows those that PostgreSQL reported as completed.
 */
export async function diagnose(section: Section, refusal: Refusal): Promise<Diagnosis> {
  const { text, done, position, sqlstate, message, detail, hint } = refusal
  const statements = await splitStatements(text)
  const statement = statements[done] ?? statements.at(-1) ?? { sql: text, line: 0 }
  // PostgreSQL counts characters, JavaScript counts UTF-16 units.
  const before =
    position === undefined
      ? undefined
      : Array.from(text)
          .slice(0, position - 1)
          .join('')
  // The text begins with the marker's line.
  const line = section.firstLine - 1 + (before === undefined ? statement.line : lines(before))
  return { line, statement: shorten(statement.sql), sqlstate, message, detail, hint }
}

/** Statements with their lines. A text that does not parse counts as one statement: PostgreSQL reports the position in it. */
async function splitStatements(text: string): Promise<Statement[]> {
  const bytes = Buffer.from(text)
  try {
    const { stmts = [] } = await parse(text)
    return stmts.map(({ stmt_location: start = 0, stmt_len: length }) => {
      const statement = bytes.subarray(start, length === undefined ? undefined : start + length).toString()
      const lead = leadingBlank(statement)
      const before = bytes.subarray(0, start).toString() + lead
      return { sql: statement.slice(lead.length), line: lines(before) }
    })
  } catch {
    const lead = leadingBlank(text)
    return [{ sql: text.slice(lead.length), line: lines(lead) }]
  }
}

/** White space and comments before a statement, which the parser counts as part of it. */
function leadingBlank(text: string): string {
  return /^(?:\s+|--[^\n]*(?:\n|$))*/.exec(text)?.[0] ?? ''
}

function shorten(sql: string): string {
  const shown = sql.trimEnd().split('\n')
  return [...shown.slice(0, SHOWN_LINES), ...(shown.length > SHOWN_LINES ? ['…'] : [])].join('\n')
}

function lines(text: string): number {
  return text.split('\n').length - 1
}
