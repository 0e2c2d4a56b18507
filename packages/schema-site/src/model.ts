import type { Catalog } from 'type-contract/catalog.ts'

/** Commands on rows, and on a table as a whole. */
export const COMMANDS = ['select', 'insert', 'update', 'delete', 'truncate'] as const
export type Command = (typeof COMMANDS)[number]

/** The content of the site, read from the catalog in one snapshot. */
export interface Model {
  tables: readonly Table[]
  functions: readonly Func[]
  roles: readonly Role[]
  /** Columns with their types and rules. Undefined if there is no table yet. */
  catalog: Catalog | undefined
}

export interface Table {
  schema: string
  name: string
  kind: 'table' | 'view'
  comment: string | null
  /** Whether row level security is on; for a view, whether it reads with the rights of the caller (`security_invoker`). */
  rls: boolean
  columns: readonly ColumnPart[]
  constraints: readonly Constraint[]
  indexes: readonly Definition[]
  triggers: readonly Definition[]
  policies: readonly Policy[]
  grants: readonly Grant[]
  /** Each role's privileges on the table and its columns, including inherited ones. */
  privileges: readonly Privilege[]
}

export interface ColumnPart {
  name: string
  type: string
  nullable: boolean
  default: string | null
  /** The expression of a generated column. */
  generated: string | null
}

export interface Definition {
  name: string
  definition: string
}

export interface Constraint extends Definition {
  kind: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclusion'
  columns: readonly string[]
  references: { schema: string; table: string; columns: readonly string[] } | null
}

export interface Policy {
  name: string
  command: Command | 'all'
  /** `public` is everybody. */
  roles: readonly string[]
  permissive: boolean
  using: string | null
  check: string | null
}

/** As it was granted. */
export interface Grant {
  role: string
  privilege: string
  column: string | null
}

export interface Privilege {
  role: string
  command: Command
  column: string | null
}

export interface Func {
  schema: string
  name: string
  /** `public.find(text,integer)` */
  signature: string
  comment: string | null
  arguments: string
  returns: string
  language: string
  volatility: 'immutable' | 'stable' | 'volatile'
  security: 'invoker' | 'definer'
  settings: readonly string[]
  /** `create function …` */
  definition: string
  source: string
  /** Roles that may call it. */
  execute: readonly string[]
}

export interface Role {
  name: string
  /** No policy applies to it. */
  bypassesPolicies: boolean
  /** Roles whose privileges it has, including `public` and itself. */
  acts: readonly string[]
}

/** The name of a table for text, without the schema. */
export function tableTitle({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return schema === 'public' ? name : `${schema}.${name}`
}
