import type {
  AlterTableCmd,
  CreatePolicyStmt,
  CreateStmt,
  DropStmt,
  IndexStmt,
  RangeVar,
  RenameStmt,
} from 'libpg-query'
import { columnsIn, qualified, relationName, roleNames, stringsOf, typeText } from '../ast.ts'
import { addColumn, addConstraint, type Origin } from './columns.ts'
import {
  COMMANDS,
  type IndexExpression,
  type LostIndex,
  type Policy,
  type Schema,
  type Table,
} from './schema.ts'

/** A table created by CREATE TABLE, CREATE TABLE AS or SELECT INTO. */
export function newTable(name: string, relation: RangeVar, origin: Origin): Table {
  return {
    name,
    ...origin,
    temporary: relation.relpersistence === 't',
    columns: new Map(),
    keys: [],
    indexes: new Map(),
    lost: [],
    constraints: new Map(),
    foreignKeys: [],
    policies: new Map(),
    rowSecurity: false,
    revoked: new Set(),
    grants: new Map(),
  }
}

export function createTable(schema: Schema, node: CreateStmt, defaultSchema: string, origin: Origin): void {
  const { relation, tableElts = [], inhRelations = [], partbound } = node
  if (!relation) return
  const name = relationName(relation, defaultSchema)
  const table = newTable(name, relation, origin)
  for (const parent of inhRelations) {
    if (!('RangeVar' in parent)) continue
    const from = schema.tables.get(relationName(parent.RangeVar, defaultSchema))
    for (const [column, definition] of from?.columns ?? []) table.columns.set(column, { ...definition })
    // A partition gets the indexes of the partitioned table.
    if (partbound && from) {
      table.keys.push(...from.keys)
      for (const [index, definition] of from.indexes) table.indexes.set(`${name}: ${index}`, definition)
    }
  }
  for (const element of tableElts) {
    if ('ColumnDef' in element) addColumn(table, element.ColumnDef, origin)
    if ('Constraint' in element) addConstraint(table, element.Constraint, origin)
  }
  schema.tables.set(name, table)
}

export function alterTable(table: Table, command: AlterTableCmd, origin: Origin): void {
  const { subtype, name = '', def } = command
  const column = table.columns.get(name)
  switch (subtype) {
    case 'AT_AddColumn':
      if (def && 'ColumnDef' in def) addColumn(table, def.ColumnDef, origin)
      break
    case 'AT_DropColumn':
      dropColumn(table, name, origin)
      break
    case 'AT_AlterColumnType':
      if (column && def && 'ColumnDef' in def && def.ColumnDef.typeName)
        column.type = typeText(def.ColumnDef.typeName)
      break
    case 'AT_SetStatistics':
      if (column && def && 'Integer' in def)
        Object.assign(column, { statistics: def.Integer.ival ?? 0, ...origin })
      break
    case 'AT_AddConstraint':
      if (def && 'Constraint' in def) addConstraint(table, def.Constraint, origin)
      break
    case 'AT_DropConstraint':
      table.lost.push(...table.keys.filter((key) => key.name === name).map((key) => lostIndex(key, origin)))
      table.keys = table.keys.filter((key) => key.name !== name)
      table.foreignKeys = table.foreignKeys.filter((key) => key.name !== name)
      table.constraints.delete(name)
      break
    case 'AT_ValidateConstraint': {
      const constraint = table.constraints.get(name)
      if (constraint) constraint.valid = true
      break
    }
    case 'AT_EnableRowSecurity':
      table.rowSecurity = true
      break
    case 'AT_DisableRowSecurity':
      table.rowSecurity = false
  }
}

function lostIndex({ columns }: { columns: readonly string[] }, origin: Origin): LostIndex {
  return { columns, ...origin }
}

function dropIndex(table: Table, name: string, origin: Origin): void {
  const index = table.indexes.get(name)
  if (!index) return
  table.indexes.delete(name)
  if (!index.partial) table.lost.push(lostIndex(index, origin))
}

function dropColumn(table: Table, column: string, origin: Origin): void {
  const without = ({ columns }: { columns: readonly string[] }) => !columns.includes(column)
  table.columns.delete(column)
  const lost = table.keys.filter((key) => !without(key))
  table.lost.push(...lost.map((key) => lostIndex(key, origin)))
  table.keys = table.keys.filter(without)
  table.foreignKeys = table.foreignKeys.filter(without)
  for (const [name, index] of table.indexes) if (!without(index)) dropIndex(table, name, origin)
  for (const grants of table.grants.values())
    for (const grant of grants.values()) grant.columns?.delete(column)
}

export function createIndex(schema: Schema, node: IndexStmt, defaultSchema: string, origin: Origin): void {
  const table = node.relation && schema.tables.get(relationName(node.relation, defaultSchema))
  if (!table) return
  const columns: string[] = []
  for (const each of node.indexParams ?? []) {
    if (!('IndexElem' in each) || each.IndexElem.name === undefined) break
    columns.push(each.IndexElem.name)
  }
  // PostgreSQL's own name for an index without one.
  const relation = table.name.split('.').at(-1)
  table.indexes.set(node.idxname ?? [relation, ...columns, 'idx'].join('_'), {
    columns,
    partial: node.whereClause !== undefined,
    expressions: expressionsOf(node),
    ...origin,
  })
}

function expressionsOf({ indexParams = [] }: IndexStmt): IndexExpression[] {
  return indexParams.flatMap((each, at) =>
    'IndexElem' in each && each.IndexElem.expr
      ? [{ position: at + 1, columns: columnsIn(each.IndexElem.expr) }]
      : [],
  )
}

export function createPolicy(
  schema: Schema,
  node: CreatePolicyStmt,
  defaultSchema: string,
  origin: Origin,
): void {
  const table = node.table && schema.tables.get(relationName(node.table, defaultSchema))
  table?.policies.set(node.policy_name ?? '', policyOf(node, origin))
}

export function policyOf(node: CreatePolicyStmt, origin: Origin): Policy {
  return {
    command: COMMANDS.find((each) => each === node.cmd_name) ?? 'all',
    roles: roleNames(node.roles),
    permissive: node.permissive === true,
    using: node.qual,
    ...origin,
  }
}

export function drop(
  schema: Schema,
  { removeType, objects = [] }: DropStmt,
  defaultSchema: string,
  origin: Origin,
): void {
  for (const object of objects) {
    const names = 'List' in object ? (object.List.items ?? []) : []
    if (removeType === 'OBJECT_TABLE') schema.tables.delete(qualified(names, defaultSchema))
    if (removeType === 'OBJECT_INDEX') {
      const index = stringsOf(names).at(-1) ?? ''
      for (const table of schema.tables.values()) dropIndex(table, index, origin)
    }
    if (removeType === 'OBJECT_POLICY') {
      const table = schema.tables.get(qualified(names.slice(0, -1), defaultSchema))
      table?.policies.delete(stringsOf(names).at(-1) ?? '')
    }
  }
}

export function rename(schema: Schema, node: RenameStmt, defaultSchema: string): void {
  const { renameType, relation, subname = '', newname = '' } = node
  if (renameType === 'OBJECT_INDEX')
    for (const { indexes } of schema.tables.values()) rekey(indexes, relation?.relname ?? '', newname)
  const table = relation && schema.tables.get(relationName(relation, defaultSchema))
  if (!table) return
  if (renameType === 'OBJECT_TABLE') move(schema, table, `${table.name.split('.')[0]}.${newname}`)
  if (renameType === 'OBJECT_COLUMN') renameColumn(table, subname, newname)
  if (renameType === 'OBJECT_POLICY') rekey(table.policies, subname, newname)
  if (renameType === 'OBJECT_TABCONSTRAINT') {
    rekey(table.constraints, subname, newname)
    for (const key of [...table.keys, ...table.foreignKeys]) if (key.name === subname) key.name = newname
  }
}

export function move(schema: Schema, table: Table, name: string): void {
  schema.tables.delete(table.name)
  table.name = name
  schema.tables.set(name, table)
}

function renameColumn(table: Table, from: string, to: string): void {
  const renamed = (columns: readonly string[]) => columns.map((each) => (each === from ? to : each))
  rekey(table.columns, from, to)
  for (const column of table.columns.values()) column.computedFrom = renamed(column.computedFrom)
  for (const key of [...table.keys, ...table.foreignKeys, ...table.indexes.values(), ...table.lost])
    key.columns = renamed(key.columns)
  for (const expression of [...table.indexes.values()].flatMap(({ expressions }) => expressions))
    expression.columns = renamed(expression.columns)
  for (const constraint of table.constraints.values())
    if (constraint.notNull === from) constraint.notNull = to
  for (const grants of table.grants.values())
    for (const grant of grants.values()) if (grant.columns?.delete(from)) grant.columns.add(to)
}

function rekey<T>(map: Map<string, T>, from: string, to: string): void {
  const value = map.get(from)
  if (value === undefined) return
  map.delete(from)
  map.set(to, value)
}
