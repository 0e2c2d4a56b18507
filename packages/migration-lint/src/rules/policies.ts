import { qualified } from '../ast.ts'
import type { Statement } from '../parse/statement.ts'
import type { Context, Rule } from '../rule.ts'
import { COMMANDS, type Command, type Grant, type Table } from '../schema/schema.ts'

export const POLICIES: Rule = {
  code: 'M011',
  title: 'A policy for each command that users are granted',
  *after(context) {
    const { schema, settings, file } = context
    for (const table of schema.tables.values()) {
      if (!table.rowSecurity) continue
      for (const role of settings.users) {
        for (const command of COMMANDS) {
          const grant = table.grants.get(role)?.get(command)
          const at = grant && !hasPolicy(table, role, command) ? cause(context, table, grant) : undefined
          if (!at) continue
          yield {
            at,
            message: `after ${file.name}, ${role} may ${command} ${table.name} but no policy allows it any row`,
            advice: `Create a policy for ${command} in this file, or revoke ${command} from ${role}.`,
          }
        }
      }
    }
  },
}

function hasPolicy(table: Table, role: string, command: Command): boolean {
  return [...table.policies.values()].some(
    (policy) =>
      policy.permissive &&
      (policy.command === 'all' || policy.command === command) &&
      policy.roles.some((each) => each === role || each === 'public'),
  )
}

/** The statement of this file that left the command without a policy: a grant, or a dropped or altered policy. */
function cause({ file, settings }: Context, table: Table, grant: Grant): Statement | undefined {
  if (grant.file === file.name) return grant.statement
  return file.up?.statements.find(({ node }) => {
    if ('AlterPolicyStmt' in node) return node.AlterPolicyStmt.table?.relname === table.name.split('.')[1]
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_POLICY') return false
    return node.DropStmt.objects?.some(
      (each) =>
        'List' in each && qualified(each.List.items?.slice(0, -1), settings.defaultSchema) === table.name,
    )
  })
}
