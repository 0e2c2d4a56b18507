import type { ColumnDef, Constraint, Node } from 'libpg-query'
import { relationName } from '../ast.ts'
import { constraintsOf } from './columns.ts'

/** Columns that a statement adds to a new or an existing table. */
export function addedColumns(node: Node): ColumnDef[] {
  return partsOf(node).flatMap((part) => ('ColumnDef' in part ? [part.ColumnDef] : []))
}

export interface AddedConstraint {
  table: string
  constraint: Constraint
  /** The column, for a column constraint. */
  column?: string
}

/** Constraints that a statement adds, including column constraints. */
export function addedConstraints(node: Node, defaultSchema: string): AddedConstraint[] {
  const statement =
    'CreateStmt' in node ? node.CreateStmt : 'AlterTableStmt' in node ? node.AlterTableStmt : undefined
  if (!statement?.relation) return []
  const table = relationName(statement.relation, defaultSchema)
  const own = partsOf(node).flatMap((part) =>
    'Constraint' in part ? [{ table, constraint: part.Constraint }] : [],
  )
  const ofColumns = addedColumns(node).flatMap((definition) =>
    constraintsOf(definition).map((constraint) => ({
      table,
      constraint,
      column: definition.colname ?? '',
    })),
  )
  return [...own, ...ofColumns]
}

function partsOf(node: Node): Node[] {
  if ('CreateStmt' in node) return node.CreateStmt.tableElts ?? []
  if (!('AlterTableStmt' in node)) return []
  return (node.AlterTableStmt.cmds ?? []).flatMap((each) =>
    'AlterTableCmd' in each && each.AlterTableCmd.def ? [each.AlterTableCmd.def] : [],
  )
}
