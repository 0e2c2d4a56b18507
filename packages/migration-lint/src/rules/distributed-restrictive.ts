import { relationName } from '../ast.ts'
import type { Rule } from '../rule.ts'

export const DISTRIBUTED_RESTRICTIVE: Rule = {
  code: 'M046',
  title: 'Citus: no restrictive policy',
  *statement(statement, { settings }) {
    if (settings.distributedBy === undefined || !('CreatePolicyStmt' in statement.node)) return
    const { permissive, policy_name, table } = statement.node.CreatePolicyStmt
    if (permissive === true || !table) return
    yield {
      at: statement,
      message: `policy ${policy_name} on ${relationName(table, settings.defaultSchema)} is restrictive: Citus makes it permissive on the workers, which shows more rows instead of fewer`,
      advice: 'Write the condition into the permissive policies.',
    }
  },
}
