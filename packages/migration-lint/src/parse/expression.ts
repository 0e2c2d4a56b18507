import { type Node, parseSync } from 'libpg-query'
import { stringsOf } from '../ast.ts'

/** The statements of a text; of what does not parse, none. The parser must be loaded. */
export function parsed(sql: string): Node[] {
  try {
    return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => (stmt ? [stmt] : []))
  } catch {
    return []
  }
}

/** An expression of PL/pgSQL: a statement; a value or `target := value`, as SELECT of the value. */
export function nodesOf(expression: string): Node[] {
  const forms = [expression, `select ${expression}`, `select ${expression.replace(/^[^:=']*:=/, '')}`]
  return forms.map(parsed).find((nodes) => nodes.length > 0) ?? []
}

/** The value of an expression that is a constant: a string, or several joined by ||. */
export function constant(expression: string): string | undefined {
  const [first] = parsed(`select ${expression}`)
  if (!first || !('SelectStmt' in first)) return undefined
  const [target] = first.SelectStmt.targetList ?? []
  return target && 'ResTarget' in target ? constantString(target.ResTarget.val) : undefined
}

function constantString(node: Node | undefined): string | undefined {
  if (node && 'A_Const' in node) return node.A_Const.sval && (node.A_Const.sval.sval ?? '')
  if (!node || !('A_Expr' in node) || stringsOf(node.A_Expr.name).join() !== '||') return undefined
  const [left, right] = [constantString(node.A_Expr.lexpr), constantString(node.A_Expr.rexpr)]
  return left === undefined || right === undefined ? undefined : left + right
}
