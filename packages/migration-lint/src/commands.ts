import type { AlterTableCmd, Node } from 'libpg-query'
import { relationName } from './ast.ts'
import type { Context } from './rule.ts'
import { isNew } from './schema/schema.ts'

/** What ALTER TABLE does to a table that is not made by this migration, and so may have rows. */
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
