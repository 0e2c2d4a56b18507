import type { Node } from 'libpg-query'
import type { Rule } from '../rule.ts'
import { addedColumns } from '../schema/added.ts'
import { constraintsOf } from '../schema/columns.ts'

export const DISTRIBUTED_IDENTITY: Rule = {
  code: 'M040',
  title: 'Citus: no identity column',
  *statement(statement, { settings }) {
    if (settings.distributedBy === undefined) return
    const columns = addedColumns(statement.node).filter((column) =>
      constraintsOf(column).some(({ contype }) => contype === 'CONSTR_IDENTITY'),
    )
    for (const name of [...columns.map(({ colname }) => colname), ...identitiesOf(statement.node)]) {
      yield {
        at: statement,
        message: `${name} is an identity column: a distributed table cannot have one`,
        advice: 'Use a uuid with the default gen_random_uuid().',
      }
    }
  },
}

/** Existing columns that become identity columns. */
function identitiesOf(node: Node): string[] {
  if (!('AlterTableStmt' in node)) return []
  return (node.AlterTableStmt.cmds ?? []).flatMap((each) =>
    'AlterTableCmd' in each && each.AlterTableCmd.subtype === 'AT_AddIdentity'
      ? [each.AlterTableCmd.name ?? '']
      : [],
  )
}
