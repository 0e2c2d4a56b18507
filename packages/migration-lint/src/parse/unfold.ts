import { type DoStmt, type Node, parsePlPgSQLSync, parseSync } from 'libpg-query'
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
    return [
      statement,
      ...inBlock(text).map((each) => ({ node: each.node, line: body + each.line - 1, notes })),
    ]
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
}

/**
 * The constant SQL in a DO block of PL/pgSQL, including EXECUTE of a constant. SQL that is built at run time is not
 * included.
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
    else if (kind === 'PLpgSQL_stmt_execsql') yield* parsed(queryIn(content, 'sqlstmt'), at)
    else if (kind === 'PLpgSQL_stmt_perform') yield* parsed(queryIn(content, 'expr'), at)
    else if (kind === 'PLpgSQL_stmt_dynexecute') yield* parsed(constant(queryIn(content, 'query')), at)
    else yield* walk(content, at)
  }
}

function parsed(sql: string | undefined, line: number): Inner[] {
  if (sql === undefined) return []
  try {
    return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => (stmt ? [{ node: stmt, line }] : []))
  } catch {
    return []
  }
}

/** The value of an expression that is a constant. */
export function constant(expression: string | undefined): string | undefined {
  const [first] = parsed(`select ${expression ?? ''}`, 1)
  if (!first || !('SelectStmt' in first.node)) return undefined
  const [target] = first.node.SelectStmt.targetList ?? []
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined
  return value && 'A_Const' in value ? value.A_Const.sval?.sval : undefined
}

function queryIn(content: unknown, key: string): string | undefined {
  const expression = entries(content).find(([name]) => name === key)?.[1]
  const inner = entries(expression).find(([name]) => name === 'PLpgSQL_expr')?.[1]
  const query = entries(inner).find(([name]) => name === 'query')?.[1]
  return typeof query === 'string' ? query : undefined
}

function numberIn(content: unknown, key: string): number | undefined {
  const value = entries(content).find(([name]) => name === key)?.[1]
  return typeof value === 'number' ? value : undefined
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
