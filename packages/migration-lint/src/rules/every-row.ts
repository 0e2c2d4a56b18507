import { relationName, roleNames } from '../ast.ts'
import { isForEveryRow } from '../condition.ts'
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
