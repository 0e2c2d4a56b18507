import { inside, relationName } from '../ast.ts'
import type { Rule } from '../rule.ts'
import { isNew } from '../schema/schema.ts'

export const DISTRIBUTED_POLICY: Rule = {
  code: 'M041',
  title: 'Citus: no sub-select in a policy of a table that is distributed',
  *statement(statement, { settings, schema, file }) {
    const { node } = statement
    const policy =
      'CreatePolicyStmt' in node
        ? node.CreatePolicyStmt
        : 'AlterPolicyStmt' in node
          ? node.AlterPolicyStmt
          : undefined
    if (settings.distributedBy === undefined || !policy?.table) return
    const table = relationName(policy.table, settings.defaultSchema)
    const [subquery] = inside([policy.qual, policy.with_check], 'SubLink')
    if (subquery === undefined || isNew(schema, table, file.name)) return
    yield {
      at: statement,
      message: `policy ${policy.policy_name} on ${table} has a sub-select: Citus refuses it`,
      advice: 'Call the function without select, as in: owner_id = auth.uid().',
    }
  },
}
