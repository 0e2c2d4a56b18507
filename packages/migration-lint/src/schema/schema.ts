import type { Node } from 'libpg-query'
import type { Statement } from '../parse/statement.ts'

/** The schema that the migrations so far create, as far as the rules need it. Names are `schema.name`. */
export interface Schema {
  tables: Map<string, Table>
  /** By name and argument types: `public.f(int4,text)`. */
  functions: Map<string, DatabaseFunction>
}

export interface Table {
  name: string
  /** The migration that created it. */
  file: string
  statement: Statement
  temporary: boolean
  columns: Map<string, Column>
  keys: Key[]
  indexes: Map<string, Index>
  /** Dropped keys, and dropped indexes that are not partial. */
  lost: LostIndex[]
  constraints: Map<string, TableConstraint>
  foreignKeys: ForeignKey[]
  policies: Map<string, Policy>
  rowSecurity: boolean
  /** Roles from which all privileges were revoked. */
  revoked: Set<string>
  /** By role and command. */
  grants: Map<string, Map<Command, Grant>>
}

export interface Column {
  name: string
  type: string
  /** Columns that a generated column is computed from. */
  computedFrom: readonly string[]
  statistics: number | undefined
  /** The migration that added it, or last set its statistics. */
  file: string
  statement: Statement
}

export interface Key {
  name: string
  columns: readonly string[]
}

export interface Index {
  /** The columns before the first expression. */
  columns: readonly string[]
  partial: boolean
  expressions: IndexExpression[]
  /** The migration that created it. */
  file: string
  statement: Statement
}

export interface IndexExpression {
  /** Its column of the index, from 1. */
  position: number
  /** The columns it reads. */
  columns: readonly string[]
}

export interface LostIndex {
  columns: readonly string[]
  /** The migration that dropped it. */
  file: string
  statement: Statement
}

export interface TableConstraint {
  /** The migration that added it. */
  file: string
  valid: boolean
  /** The column in which a CHECK excludes null. */
  notNull: string | undefined
}

export interface ForeignKey {
  name: string
  columns: readonly string[]
  file: string
  statement: Statement
}

export const COMMANDS = ['select', 'insert', 'update', 'delete'] as const
export type Command = (typeof COMMANDS)[number]

export interface Policy {
  command: Command | 'all'
  roles: readonly string[]
  permissive: boolean
  using: Node | undefined
  file: string
  statement: Statement
}

export interface Grant {
  /** Undefined: every column. */
  columns: Set<string> | undefined
  file: string
  statement: Statement
}

export interface DatabaseFunction {
  name: string
  definer: boolean
  /** Undefined: not set. */
  searchPath: readonly string[] | undefined
  /** Whether PUBLIC may call it, as by default. */
  isPublic: boolean
  /** The migration that last defined or altered it. */
  file: string
  statement: Statement
}

/** Whether this migration creates the table, so that it has no rows. */
export function isNew(schema: Schema, table: string, file: string): boolean {
  return schema.tables.get(table)?.file === file
}
