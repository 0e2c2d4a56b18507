import type { Node } from 'libpg-query'
import type { Statement } from '../parse/statement.ts'

/** What the migrations so far have made, as far as the rules ask for it. Names are `schema.name`. */
export interface Schema {
  tables: Map<string, Table>
  /** By name and types of arguments: `public.f(int4,text)`. */
  functions: Map<string, DatabaseFunction>
}

export interface Table {
  name: string
  /** The migration that made it, and where. */
  file: string
  statement: Statement
  temporary: boolean
  columns: Map<string, Column>
  keys: Key[]
  indexes: Map<string, Index>
  constraints: Map<string, TableConstraint>
  foreignKeys: ForeignKey[]
  policies: Map<string, Policy>
  rowSecurity: boolean
  /** From whom everything was revoked since it was made. */
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
  file: string
  statement: Statement
}

export interface Key {
  name: string | undefined
  columns: readonly string[]
}

export interface Index {
  /** Up to the first expression. */
  columns: readonly string[]
  partial: boolean
}

export interface TableConstraint {
  /** The migration that added it. */
  file: string
  valid: boolean
  /** The column that a CHECK keeps from being null. */
  notNull: string | undefined
}

export interface ForeignKey {
  name: string | undefined
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
  /** Without it: every column. */
  columns: Set<string> | undefined
  file: string
  statement: Statement
}

export interface DatabaseFunction {
  name: string
  definer: boolean
  /** Undefined: not set. */
  searchPath: readonly string[] | undefined
  /** Whether everybody may call it, as PostgreSQL grants on every new function. */
  isPublic: boolean
  /** Where it was last defined or altered. */
  file: string
  statement: Statement
}

/** Whether nobody has rows in a table yet: this migration makes it. */
export function isNew(schema: Schema, table: string, file: string): boolean {
  return schema.tables.get(table)?.file === file
}
