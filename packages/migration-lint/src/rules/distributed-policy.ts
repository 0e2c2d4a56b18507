import type { SubLink } from 'libpg-query'
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
    const subqueries = [...inside([policy.qual, policy.with_check], 'SubLink')]
    const refused = isNew(schema, table, file.name)
      ? schema.tables.get(table)?.columns.has(settings.distributedBy) && subqueries.some(readsTables)
      : subqueries.length > 0
    if (!refused) return
    yield {
      at: statement,
      message: `policy ${policy.policy_name} on ${table} has a sub-select: Citus refuses it`,
      advice: 'Compare without a sub-select, as in: owner_id = auth.uid().',
    }
  },
}

/** `make distribute` removes the sub-select around a function, but cannot do without rows of a table. */
function readsTables({ subselect }: SubLink): boolean {
  return [...inside(subselect, 'RangeVar')].length > 0
}
