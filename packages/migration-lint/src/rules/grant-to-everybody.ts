import type { GrantStmt, Node, RoleSpec } from 'libpg-query'
import { roleName, roleNames } from '../ast.ts'
import { type Rule, saysWhyItWidens } from '../rule.ts'

export const GRANT_TO_EVERYBODY: Rule = {
  code: 'M021',
  title: 'No grant to anon or PUBLIC, without a reason',
  *statement(statement, { settings }) {
    if (saysWhyItWidens(statement)) return
    const { everybody, users } = settings
    const granted = grantees(statement.node).filter((role) => everybody.includes(role))
    const stronger = [...members(statement.node), ...owners(statement.node)].filter((role) =>
      users.includes(role),
    )
    if (granted.length > 0)
      yield {
        at: statement,
        message: `the grant is to ${granted.join(', ')}`,
        advice: 'Grant to the role that needs it, or write above the statement: -- widens access: why',
      }
    if (stronger.length > 0)
      yield {
        at: statement,
        message: `${stronger.join(', ')} gets the privileges of another role or of an owner, or bypasses policies`,
        advice: 'Grant the privileges that are needed, or write above the statement: -- widens access: why',
      }
  },
}

function grantees(node: Node): string[] {
  if ('GrantStmt' in node) return granteesOf(node.GrantStmt)
  return 'AlterDefaultPrivilegesStmt' in node ? granteesOf(node.AlterDefaultPrivilegesStmt.action) : []
}

function granteesOf(grant: GrantStmt | undefined): string[] {
  return grant?.is_grant ? roleNames(grant.grantees) : []
}

const POWERS: readonly (string | undefined)[] = ['superuser', 'bypassrls', 'createrole']
const MEMBERS: readonly (string | undefined)[] = ['rolemembers', 'adminmembers']

/** Roles that become members of another one, and roles that get a power over the database. */
function members(node: Node): string[] {
  if ('GrantRoleStmt' in node)
    return node.GrantRoleStmt.is_grant ? roleNames(node.GrantRoleStmt.grantee_roles) : []
  if ('CreateRoleStmt' in node) return membersIn(node.CreateRoleStmt.options)
  if (!('AlterRoleStmt' in node)) return []
  const { role, options = [], action } = node.AlterRoleStmt
  // ALTER GROUP … DROP USER has -1.
  const added = action === -1 ? [] : membersIn(options)
  const hasPower = options.some(
    (each) =>
      'DefElem' in each &&
      POWERS.includes(each.DefElem.defname) &&
      each.DefElem.arg !== undefined &&
      'Boolean' in each.DefElem.arg &&
      each.DefElem.arg.Boolean.boolval === true,
  )
  return hasPower && role ? [...added, roleName(role)] : added
}

function membersIn(options: readonly Node[] = []): string[] {
  return options.flatMap((each) => {
    if (!('DefElem' in each) || !MEMBERS.includes(each.DefElem.defname)) return []
    const { arg } = each.DefElem
    return arg && 'List' in arg ? roleNames(arg.List.items) : []
  })
}

/** Roles that become owners. */
function owners(node: Node): string[] {
  return ownersIn(node).flatMap((role) => (role ? [roleName(role)] : []))
}

function ownersIn(node: Node): (RoleSpec | undefined)[] {
  if ('AlterOwnerStmt' in node) return [node.AlterOwnerStmt.newowner]
  if ('CreateSchemaStmt' in node) return [node.CreateSchemaStmt.authrole]
  if ('ReassignOwnedStmt' in node) return [node.ReassignOwnedStmt.newrole]
  if (!('AlterTableStmt' in node)) return []
  return (node.AlterTableStmt.cmds ?? []).map((each) =>
    'AlterTableCmd' in each ? each.AlterTableCmd.newowner : undefined,
  )
}
