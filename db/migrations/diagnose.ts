import { parse } from 'libpg-query'
import type pg from 'pg'
import { codeOf, messageOf } from 'postgres-kit/failure.ts'
import { type MigrationFile, readSection } from './files.ts'

/** Where in a migration file something went wrong, and what PostgreSQL said. */
export interface Diagnosis {
  /** Line of the file, from 1. */
  line: number
  /** The statement, shortened to its first lines. */
  statement: string
  sqlstate: string
  message: string
  detail?: string
  hint?: string
}

interface Statement {
  sql: string
  /** Line of the file on which it begins. */
  line: number
}

const SHOWN_LINES = 12

/**
 * Finds the statement of a migration at which PostgreSQL gives up: runs the file again statement by statement in a
 * transaction that is rolled back. dbmate sends a file whole, and of an error it knows a position at the best.
 *
 * @returns undefined where the file fails no more, or may not run in a transaction
 */
export async function diagnose(
  client: pg.Client,
  file: MigrationFile,
  direction: 'up' | 'down' = 'up',
): Promise<Diagnosis | undefined> {
  const section = readSection(file, direction)
  if (!section?.transaction) return undefined
  const split = await splitStatements(section.sql, section.firstLine)
  await client.query('begin')
  try {
    for (const statement of split) {
      try {
        await client.query(statement.sql)
      } catch (error) {
        return describe(error, statement)
      }
    }
    return undefined
  } finally {
    await client.query('rollback')
  }
}

/** Statements with their lines. A file that does not parse is one statement: PostgreSQL will name the place in it. */
async function splitStatements(sql: string, firstLine: number): Promise<Statement[]> {
  const bytes = Buffer.from(sql)
  try {
    const { stmts = [] } = await parse(sql)
    return stmts.map(({ stmt_location: start = 0, stmt_len: length }) => {
      const text = bytes.subarray(start, length === undefined ? undefined : start + length).toString()
      const lead = leadingBlank(text)
      const before = bytes.subarray(0, start).toString() + lead
      return { sql: text.slice(lead.length), line: firstLine + lines(before) }
    })
  } catch {
    return [{ sql, line: firstLine }]
  }
}

/** Blank space and comments before a statement belong to it for the parser, but not for a reader. */
function leadingBlank(text: string): string {
  return /^(?:\s+|--[^\n]*(?:\n|$))*/.exec(text)?.[0] ?? ''
}

function describe(error: unknown, statement: Statement): Diagnosis {
  const position = field(error, 'position')
  const before = position
    ? Array.from(statement.sql)
        .slice(0, Number(position) - 1)
        .join('')
    : ''
  const shown = statement.sql.trimEnd().split('\n')
  const detail = field(error, 'detail')
  const hint = field(error, 'hint')
  return {
    line: statement.line + lines(before),
    statement: [...shown.slice(0, SHOWN_LINES), ...(shown.length > SHOWN_LINES ? ['…'] : [])].join('\n'),
    sqlstate: codeOf(error) ?? 'unknown',
    message: messageOf(error),
    ...(detail ? { detail } : {}),
    ...(hint ? { hint } : {}),
  }
}

function field(error: unknown, name: 'position' | 'detail' | 'hint'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function lines(text: string): number {
  return text.split('\n').length - 1
}
