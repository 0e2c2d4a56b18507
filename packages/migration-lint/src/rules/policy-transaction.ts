import type { Node } from 'libpg-query'
import type { Rule } from '../rule.ts'

export const POLICY_TRANSACTION: Rule = {
  code: 'M025',
  title: 'Policies change in a transaction',
  *file({ file }) {
    for (const { transaction, statements } of file.sections) {
      if (transaction) continue
      for (const statement of statements.filter(({ node }) => changesPolicies(node)))
        yield {
          at: statement,
          message:
            'policies change without a transaction: until the next statement, users see too much or nothing',
          advice: 'Remove "transaction:false", and change the policies in one file.',
        }
    }
  },
}

function changesPolicies(node: Node): boolean {
  if ('CreatePolicyStmt' in node || 'AlterPolicyStmt' in node) return true
  if ('DropStmt' in node) return node.DropStmt.removeType === 'OBJECT_POLICY'
  if (!('AlterTableStmt' in node)) return false
  return (node.AlterTableStmt.cmds ?? []).some(
    (each) => 'AlterTableCmd' in each && each.AlterTableCmd.subtype?.endsWith('RowSecurity'),
  )
}
