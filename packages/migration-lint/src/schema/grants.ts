import type { GrantStmt, Node } from 'libpg-query'
import { relationName, roleNames, stringsOf } from '../ast.ts'
import type { Origin } from './columns.ts'
import { functionsNamed } from './functions.ts'
import {
  COMMANDS,
  type Command,
  type DatabaseFunction,
  type Grant,
  type Schema,
  type Table,
} from './schema.ts'

export function applyGrant(schema: Schema, node: GrantStmt, defaultSchema: string, origin: Origin): void {
  for (const table of tablesOf(schema, node, defaultSchema))
    for (const role of roleNames(node.grantees)) change(table, role, node, origin)
  if (!roleNames(node.grantees).includes('public')) return
  for (const each of functionsOf(schema, node, defaultSchema)) each.isPublic = node.is_grant === true
}

function tablesOf(schema: Schema, node: GrantStmt, defaultSchema: string): Table[] {
  const { targtype, objtype, objects = [] } = node
  if (objtype !== 'OBJECT_TABLE') return []
  const all = [...schema.tables.values()]
  if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
    const schemas = stringsOf(objects)
    return all.filter(({ name }) => schemas.includes(name.split('.')[0] ?? ''))
  }
  const names = objects.flatMap((each) =>
    'RangeVar' in each ? [relationName(each.RangeVar, defaultSchema)] : [],
  )
  return all.filter(({ name }) => names.includes(name))
}

function functionsOf(schema: Schema, node: GrantStmt, defaultSchema: string): DatabaseFunction[] {
  const { targtype, objtype, objects = [] } = node
  if (!['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE'].includes(objtype ?? '')) return []
  if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
    const schemas = stringsOf(objects)
    return [...schema.functions.values()].filter(({ name }) => schemas.includes(name.split('.')[0] ?? ''))
  }
  return objects.flatMap((each) =>
    'ObjectWithArgs' in each ? functionsNamed(schema, each.ObjectWithArgs, defaultSchema) : [],
  )
}

function change(table: Table, role: string, node: GrantStmt, origin: Origin): void {
  if (!node.privileges && !node.is_grant) table.revoked.add(role)
  const grants = table.grants.get(role) ?? new Map<Command, Grant>()
  table.grants.set(role, grants)
  for (const { command, columns } of commandsOf(node.privileges)) {
    const before = grants.get(command)
    if (node.is_grant) grants.set(command, { columns: union(before, columns), ...origin })
    else if (columns === undefined) grants.delete(command)
    else for (const column of columns) before?.columns?.delete(column)
  }
}

function union(before: Grant | undefined, columns: readonly string[] | undefined): Set<string> | undefined {
  if (columns === undefined || (before && before.columns === undefined)) return undefined
  return new Set([...(before?.columns ?? []), ...columns])
}

/** The commands of a grant; GRANT ALL has no list and means every command. */
function commandsOf(
  privileges: readonly Node[] | undefined,
): { command: Command; columns: string[] | undefined }[] {
  if (!privileges) return COMMANDS.map((command) => ({ command, columns: undefined }))
  return privileges.flatMap((each) => {
    if (!('AccessPriv' in each)) return []
    const { priv_name, cols } = each.AccessPriv
    const columns = cols ? stringsOf(cols) : undefined
    return COMMANDS.filter((command) => priv_name === undefined || priv_name === command).map((command) => ({
      command,
      columns,
    }))
  })
}
