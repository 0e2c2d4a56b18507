import type { Node } from 'libpg-query'
import { columnsIn, constantText, relationName, roleNames } from '../ast.ts'
import { type Rule, saysWhyItWidens } from '../rule.ts'

export const EVERY_ROW: Rule = {
  code: 'M020',
  title: 'No policy that matches every row, without a reason',
  *statement(statement, { schema, settings }) {
    const { node } = statement
    const policy =
      'CreatePolicyStmt' in node
        ? node.CreatePolicyStmt
        : 'AlterPolicyStmt' in node
          ? node.AlterPolicyStmt
          : undefined
    if (!policy?.table || saysWhyItWidens(statement)) return
    const { policy_name = '', qual, with_check } = policy
    const table = relationName(policy.table, settings.defaultSchema)
    const before = schema.tables.get(table)?.policies.get(policy_name)
    const permissive =
      'CreatePolicyStmt' in node ? node.CreatePolicyStmt.permissive : (before?.permissive ?? true)
    const roles = policy.roles ? roleNames(policy.roles) : (before?.roles ?? settings.users)
    if (!permissive || !roles.some((role) => settings.users.includes(role))) return
    if (!isForEveryRow(qual) && !isForEveryRow(with_check)) return
    yield {
      at: statement,
      message: `policy ${policy_name} on ${table} matches every row`,
      advice: 'Compare the row with the caller, or write above the statement: -- widens access: why',
    }
  },
}

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
