import { type Node, parseSync } from 'libpg-query'
import { columnsIn, constantText } from './ast.ts'

/** Whether a condition is independent of the row and not constantly false, or only asks whether a column is null. */
export function isForEveryRow(condition: Node | undefined): boolean {
  if (!condition || isFalse(condition)) return false
  if ('BoolExpr' in condition) {
    const { boolop, args = [] } = condition.BoolExpr
    if (boolop === 'OR_EXPR') return args.some(isForEveryRow)
    if (boolop === 'AND_EXPR') return args.every(isForEveryRow)
  }
  return columnsIn(condition).length === 0 || 'NullTest' in condition || comparesWithItself(condition)
}

/** `isForEveryRow` of a condition as text; of what is no condition, false. The parser must be loaded. */
export function isTextForEveryRow(condition: string): boolean {
  try {
    const [statement] = parseSync(`select ${condition}`).stmts ?? []
    const [target] =
      statement?.stmt && 'SelectStmt' in statement.stmt ? (statement.stmt.SelectStmt.targetList ?? []) : []
    return target !== undefined && 'ResTarget' in target && isForEveryRow(target.ResTarget.val)
  } catch {
    return false
  }
}

function isFalse(condition: Node): boolean {
  if (!('A_Const' in condition)) return false
  return ['false', 'null'].includes(constantText(condition.A_Const))
}

/** `id = id` */
function comparesWithItself(condition: Node): boolean {
  if (!('A_Expr' in condition)) return false
  const { lexpr, rexpr } = condition.A_Expr
  return text(lexpr) === text(rexpr)
}

function text(node: Node | undefined): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value))
}
