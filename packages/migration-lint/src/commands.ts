import type { AlterTableCmd, Node } from 'libpg-query'
import { relationName } from './ast.ts'
import type { Context } from './rule.ts'
import { isNew } from './schema/schema.ts'

/** The ALTER TABLE commands on a table that an earlier migration created, and that may have rows. */
export function commandsOnOldTable(
  node: Node,
  { schema, file, settings }: Context,
): { table: string; commands: AlterTableCmd[] } | undefined {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.objtype !== 'OBJECT_TABLE') return undefined
  const { relation, cmds = [] } = node.AlterTableStmt
  if (!relation) return undefined
  const table = relationName(relation, settings.defaultSchema)
  if (isNew(schema, table, file.name)) return undefined
  return { table, commands: cmds.flatMap((each) => ('AlterTableCmd' in each ? [each.AlterTableCmd] : [])) }
}
