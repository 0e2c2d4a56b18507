import { type DoStmt, type Node, parsePlPgSQLSync } from 'libpg-query'
import { constant, nodesOf, parsed } from './expression.ts'
import type { Note } from './notes.ts'
import type { Statement } from './statement.ts'

type LineOf = (byte: number) => number

/** A statement, followed by the statements inside it (of a DO block, of CREATE SCHEMA). */
export function unfold(
  node: Node,
  sql: string,
  lineOf: LineOf,
  start: number,
  end: number,
  notes: readonly Note[],
): Statement[] {
  const line = lineOf(start)
  const statement = { node, line, notes }
  if ('CreateSchemaStmt' in node) {
    const { schemaname, authrole, schemaElts = [] } = node.CreateSchemaStmt
    const schema = schemaname ?? authrole?.rolename
    return [statement, ...schemaElts.map((each) => ({ node: inSchema(each, schema), line, notes }))]
  }
  if ('DoStmt' in node) {
    const text = Buffer.from(sql).subarray(start, end).toString()
    const body = lineOf(bodyOf(node.DoStmt) ?? start)
    return [statement, ...inBlock(text).map((each) => ({ ...each, line: body + each.line - 1, notes }))]
  }
  return [statement]
}

function inSchema(node: Node, schema: string | undefined): Node {
  if (!('CreateStmt' in node) || schema === undefined) return node
  const { relation } = node.CreateStmt
  if (!relation || relation.schemaname !== undefined) return node
  return { CreateStmt: { ...node.CreateStmt, relation: { ...relation, schemaname: schema } } }
}

/** Position where the text of a DO block begins. */
function bodyOf({ args = [] }: DoStmt): number | undefined {
  for (const arg of args) if ('DefElem' in arg && arg.DefElem.defname === 'as') return arg.DefElem.location
  return undefined
}

interface Inner {
  node: Node
  /** Line of the block's text, from 1. */
  line: number
  isBuilt?: boolean
}

/**
 * The statements of a DO block of PL/pgSQL, including EXECUTE of a constant; its other expressions are SELECT statements.
 * SQL that is built at run time is unknown: a statement stands for it.
 */
function inBlock(text: string): Inner[] {
  try {
    return [...walk(parsePlPgSQLSync(text), 1)]
  } catch {
    // Another language, or an error that PostgreSQL reports when the migration runs.
    return []
  }
}

function* walk(value: unknown, line: number): Iterable<Inner> {
  if (Array.isArray(value)) {
    for (const each of value) yield* walk(each, line)
    return
  }
  for (const [kind, content] of entries(value)) {
    const at = numberIn(content, 'lineno') ?? line
    if (kind === 'PLpgSQL_stmt_commit')
      yield { node: { TransactionStmt: { kind: 'TRANS_STMT_COMMIT' } }, line: at }
    else if (kind === 'PLpgSQL_stmt_rollback')
      yield { node: { TransactionStmt: { kind: 'TRANS_STMT_ROLLBACK' } }, line: at }
    else if (kind === 'PLpgSQL_expr')
      yield* nodesOf(textOf(content) ?? '').map((node) => ({ node, line: at }))
    else if (
      EXECUTES.includes(kind) ||
      (kind === 'PLpgSQL_stmt_open' && entries(content).some(([key]) => key === 'dynquery'))
    )
      yield* executed(content, at)
    else yield* walk(content, at)
  }
}

/** The kinds whose query is an expression that returns SQL. */
const EXECUTES = ['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors']

function* executed(content: unknown, line: number): Iterable<Inner> {
  for (const [key, value] of entries(content)) {
    const query = key === 'query' || key === 'dynquery' ? queryIn(value) : undefined
    if (query === undefined) {
      yield* walk({ [key]: value }, line)
      continue
    }
    const sql = constant(query)
    if (sql === undefined) yield { node: { DoStmt: {} }, line, isBuilt: true }
    else yield* parsed(sql).map((node) => ({ node, line }))
  }
}

function queryIn(expression: unknown): string | undefined {
  const inner = entries(expression).find(([name]) => name === 'PLpgSQL_expr')?.[1]
  return textOf(inner)
}

function textOf(content: unknown): string | undefined {
  const query = entries(content).find(([name]) => name === 'query')?.[1]
  return typeof query === 'string' ? query : undefined
}

function numberIn(content: unknown, key: string): number | undefined {
  const value = entries(content).find(([name]) => name === key)?.[1]
  return typeof value === 'number' ? value : undefined
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
