import type { AlterTableType, Node, RangeVar } from 'libpg-query'
import { relationName } from '../ast.ts'
import { commandsOnOldTable } from '../commands.ts'
import type { Context, Rule } from '../rule.ts'
import { isNew } from '../schema/schema.ts'

export const DISTRIBUTED_COMMANDS: Rule = {
  code: 'M042',
  title: 'Citus: no command that a distributed table refuses',
  *statement(statement, context) {
    if (context.settings.distributedBy === undefined) return
    const found = refusedCommand(statement.node, context) ?? refusedStatement(statement.node, context)
    if (found) yield { at: statement, ...found }
  },
}

interface Refused {
  message: string
  advice: string
}

/** What Citus 13.2 takes in ALTER TABLE: its error "alter table command is currently unsupported" lists them. */
const TAKEN: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_ColumnDefault',
  'AT_AddConstraint',
  'AT_DropConstraint',
  'AT_ValidateConstraint',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_EnableRowSecurity',
  'AT_DisableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
  'AT_AttachPartition',
  'AT_DetachPartition',
  'AT_ChangeOwner',
  'AT_SetCompression',
  'AT_SetLogged',
  'AT_ReplicaIdentity',
  // M040 has a better message.
  'AT_AddIdentity',
])

/** What Citus does not take for the distribution column: "cannot execute ALTER TABLE command involving partition column". */
const OF_COLUMN: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_ColumnDefault',
  'AT_DropNotNull',
])

function refusedCommand(node: Node, context: Context): Refused | undefined {
  const { table, commands = [] } = commandsOnOldTable(node, context) ?? {}
  const subtypes = commands.map(({ subtype }) => subtype)
  const column = context.settings.distributedBy
  if (commands.some(({ subtype, name }) => name === column && OF_COLUMN.has(subtype)))
    return {
      message: `${table}.${column} changes: Citus refuses it, because the column decides the shard`,
      advice: 'Create another table, and copy the rows.',
    }
  if (subtypes.includes('AT_SetStatistics'))
    return {
      message: `${table} gets SET STATISTICS: Citus refuses it on a distributed table`,
      advice: 'Leave it out: "make migrate" then sets it on every node, for columns that users write.',
    }
  if (subtypes.some((subtype) => !TAKEN.has(subtype)))
    return {
      message: `Citus refuses this command on a distributed table: ${table}`,
      advice: 'Do it in the migration that creates the table, before "make distribute".',
    }
  if (subtypes.includes('AT_AddConstraint') && subtypes.length > 1)
    return {
      message: `${table} gets a constraint and more in one ALTER TABLE: Citus refuses it on a distributed table`,
      advice: 'Write an ALTER TABLE for each constraint.',
    }
  return undefined
}

function refusedStatement(node: Node, { schema, file, settings }: Context): Refused | undefined {
  const isOld = (relation: RangeVar | undefined) =>
    relation !== undefined && !isNew(schema, relationName(relation, settings.defaultSchema), file.name)
  const trigger = {
    message: 'a trigger of a distributed table changes: Citus refuses it',
    advice: 'Create it in the migration that creates the table, before "make distribute".',
  }
  if ('CreateTrigStmt' in node) return isOld(node.CreateTrigStmt.relation) ? trigger : undefined
  if ('RenameStmt' in node && isOld(node.RenameStmt.relation)) {
    if (node.RenameStmt.renameType === 'OBJECT_TRIGGER') return trigger
    if (node.RenameStmt.renameType === 'OBJECT_TABCONSTRAINT')
      return {
        message: 'a constraint of a distributed table gets another name: Citus refuses it',
        advice: 'Add a constraint with the new name, and drop the old one.',
      }
  }
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TRIGGER') return trigger
  return undefined
}
