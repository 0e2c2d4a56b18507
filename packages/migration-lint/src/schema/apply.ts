import { relationName, stringsOf } from '../ast.ts'
import type { Statement } from '../parse/statement.ts'
import { alterFunction, createFunction, dropFunctions } from './functions.ts'
import { applyGrant } from './grants.ts'
import type { Schema } from './schema.ts'
import {
  alterTable,
  createIndex,
  createPolicy,
  createTable,
  drop,
  move,
  newTable,
  policyOf,
  rename,
} from './tables.ts'

/** Applies a statement to the schema. Properties that no rule needs are left out. */
export function applyStatement(
  schema: Schema,
  statement: Statement,
  file: string,
  defaultSchema: string,
): void {
  const { node } = statement
  const origin = { file, statement }
  if ('CreateStmt' in node) createTable(schema, node.CreateStmt, defaultSchema, origin)
  else if ('CreateForeignTableStmt' in node) {
    if (node.CreateForeignTableStmt.base)
      createTable(schema, node.CreateForeignTableStmt.base, defaultSchema, origin)
  } else if ('CreateTableAsStmt' in node || ('SelectStmt' in node && node.SelectStmt.intoClause)) {
    const into = 'CreateTableAsStmt' in node ? node.CreateTableAsStmt.into : node.SelectStmt.intoClause
    const isTable = 'SelectStmt' in node || node.CreateTableAsStmt.objtype === 'OBJECT_TABLE'
    if (!into?.rel || !isTable) return
    const name = relationName(into.rel, defaultSchema)
    schema.tables.set(name, newTable(name, into.rel, origin))
  } else if ('AlterTableStmt' in node) {
    const { relation, cmds = [] } = node.AlterTableStmt
    const table = relation && schema.tables.get(relationName(relation, defaultSchema))
    for (const each of cmds)
      if (table && 'AlterTableCmd' in each) alterTable(table, each.AlterTableCmd, origin)
  } else if ('IndexStmt' in node) createIndex(schema, node.IndexStmt, defaultSchema, origin)
  else if ('CreatePolicyStmt' in node) createPolicy(schema, node.CreatePolicyStmt, defaultSchema, origin)
  else if ('AlterPolicyStmt' in node) {
    const { table: relation, policy_name = '', ...changes } = node.AlterPolicyStmt
    const table = relation && schema.tables.get(relationName(relation, defaultSchema))
    const before = table?.policies.get(policy_name)
    if (!table || !before) return
    const { roles, using } = policyOf(changes, origin)
    table.policies.set(policy_name, {
      ...before,
      ...origin,
      ...(changes.roles ? { roles } : {}),
      ...(changes.qual ? { using } : {}),
    })
  } else if ('DropStmt' in node) {
    drop(schema, node.DropStmt, defaultSchema, origin)
    dropFunctions(schema, node.DropStmt.objects ?? [], defaultSchema)
    if (node.DropStmt.removeType === 'OBJECT_SCHEMA') dropSchemas(schema, stringsOf(node.DropStmt.objects))
  } else if ('RenameStmt' in node) rename(schema, node.RenameStmt, defaultSchema)
  else if ('AlterObjectSchemaStmt' in node) {
    const { relation, newschema = '' } = node.AlterObjectSchemaStmt
    const table = relation && schema.tables.get(relationName(relation, defaultSchema))
    if (table) move(schema, table, `${newschema}.${relation.relname}`)
  } else if ('CreateFunctionStmt' in node)
    createFunction(schema, node.CreateFunctionStmt, defaultSchema, origin)
  else if ('AlterFunctionStmt' in node) alterFunction(schema, node.AlterFunctionStmt, defaultSchema, origin)
  else if ('GrantStmt' in node) applyGrant(schema, node.GrantStmt, defaultSchema, origin)
}

function dropSchemas(schema: Schema, names: readonly string[]): void {
  const isGone = (name: string) => names.includes(name.split('.')[0] ?? '')
  for (const name of [...schema.tables.keys()].filter(isGone)) schema.tables.delete(name)
  for (const name of [...schema.functions.keys()].filter(isGone)) schema.functions.delete(name)
}
