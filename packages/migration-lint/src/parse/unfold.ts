import { type DoStmt, type Node, parsePlPgSQLSync, parseSync } from 'libpg-query'
import { stringsOf } from '../ast.ts'
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
    else if (kind === 'PLpgSQL_expr') yield* expression(content, at)
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
    else yield* parsed(sql, line)
  }
}

/** An expression of PL/pgSQL: a statement, a value, or `target := value`. */
function expression(content: unknown, line: number): Inner[] {
  const sql = textOf(content)
  if (sql === undefined) return []
  const statements = parsed(sql, line)
  return statements.length > 0 ? statements : parsed(`select ${sql.replace(/^[^:=']*:?=/, '')}`, line)
}

function parsed(sql: string | undefined, line: number): Inner[] {
  if (sql === undefined) return []
  try {
    return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => (stmt ? [{ node: stmt, line }] : []))
  } catch {
    return []
  }
}

/** The value of an expression that is a constant: a string, or several joined by ||. */
export function constant(expression: string): string | undefined {
  const [first] = parsed(`select ${expression}`, 1)
  if (!first || !('SelectStmt' in first.node)) return undefined
  const [target] = first.node.SelectStmt.targetList ?? []
  return target && 'ResTarget' in target ? constantString(target.ResTarget.val) : undefined
}

function constantString(node: Node | undefined): string | undefined {
  if (node && 'A_Const' in node) return node.A_Const.sval && (node.A_Const.sval.sval ?? '')
  if (!node || !('A_Expr' in node) || stringsOf(node.A_Expr.name).join() !== '||') return undefined
  const [left, right] = [constantString(node.A_Expr.lexpr), constantString(node.A_Expr.rexpr)]
  return left === undefined || right === undefined ? undefined : left + right
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
