import type { GrantStmt, Node } from 'libpg-query'
import { roleNames } from '../ast.ts'
import { type Rule, saysWhyItWidens } from '../rule.ts'
import type { Settings } from '../settings.ts'

export const GRANT_TO_EVERYBODY: Rule = {
  code: 'M021',
  title: 'No grant to anon or PUBLIC, without a reason',
  *statement(statement, { settings }) {
    if (saysWhyItWidens(statement)) return
    const roles = widened(statement.node, settings)
    if (roles.length === 0) return
    yield {
      at: statement,
      message: `the grant is to ${roles.join(', ')}`,
      advice: 'Grant to the role that needs it, or write above the statement: -- widens access: why',
    }
  },
}

function widened(node: Node, { everybody, users }: Settings): string[] {
  if ('GrantStmt' in node) return grantees(node.GrantStmt, everybody)
  if ('AlterDefaultPrivilegesStmt' in node) return grantees(node.AlterDefaultPrivilegesStmt.action, everybody)
  // A member of a role has all its privileges.
  if ('GrantRoleStmt' in node && node.GrantRoleStmt.is_grant)
    return roleNames(node.GrantRoleStmt.grantee_roles).filter((role) => users.includes(role))
  return []
}

function grantees(grant: GrantStmt | undefined, everybody: readonly string[]): string[] {
  return grant?.is_grant ? roleNames(grant.grantees).filter((role) => everybody.includes(role)) : []
}
