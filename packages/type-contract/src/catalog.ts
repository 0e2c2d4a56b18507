import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'
import { parseChecks, type Rule } from './checks.ts'
import { type GrantsRow, readGrantsAndChecks } from './grants.ts'
import { type GeneratorMetadata, introspectForTypegen } from './typegen-introspection.ts'

/** The schema that the package describes. */
export const SCHEMA = 'public'

/** Roles whose privileges the package publishes. */
export const ROLES = ['anon', 'authenticated', 'service_role'] as const
export type Role = (typeof ROLES)[number]

export interface Column {
  name: string
  /** Type's name in pg_type, domains resolved: `int8`, `_text` (an array of text). */
  type: string
  /** The type as SQL writes it: `numeric(12,6)`. */
  sqlType: string
  comment: string | null
  nullable: boolean
  /** Expression of the default, as PostgreSQL prints it; `identity` for a key that counts up. */
  default: string | null
  /** The database computes it: never written. */
  generated: boolean
  /** Values of an enum type, in its order. */
  enum: readonly string[]
  rules: readonly Rule[]
  /** Which roles may do what, inherited privileges included. */
  select: readonly Role[]
  insert: readonly Role[]
  update: readonly Role[]
}

export interface Relation {
  name: string
  comment: string | null
  writable: boolean
  /** In the table's order. */
  columns: readonly Column[]
  delete: readonly Role[]
  /** Checks that no rule expresses, as SQL. */
  otherChecks: readonly string[]
}

export interface DatabaseFunction {
  name: string
  comment: string | null
  arguments: readonly { name: string; type: string; optional: boolean }[]
  /** Columns of a `returns table`; undefined for one value. */
  columns: readonly { name: string; type: string }[] | undefined
  returns: string
  set: boolean
  execute: readonly Role[]
}

/** What the published types are made from: one reading of the catalog. */
export interface Catalog {
  relations: readonly Relation[]
  functions: readonly DatabaseFunction[]
  /** The same reading in the form that @supabase/postgrest-typegen takes. */
  metadata: GeneratorMetadata
}

/** Reads tables, views, functions and their privileges from the catalog, as one moment shows them. */
export async function readCatalogAtOnce(client: pg.Client): Promise<Catalog> {
  // One snapshot: a migration under way is seen whole or not at all.
  await client.query('begin isolation level repeatable read read only')
  try {
    return await readCatalog(client)
  } finally {
    await client.query('rollback')
  }
}

/**
 * Reads tables, views, functions and their privileges from the catalog, in the transaction that is open.
 *
 * @throws Failure (1) where the schema holds no table: the migrations have not been applied
 */
export async function readCatalog(client: pg.Client): Promise<Catalog> {
  const metadata = await introspectForTypegen(client, SCHEMA)
  const grants = await readGrantsAndChecks(client, SCHEMA, ROLES)
  if (metadata.tables.length === 0) throw failed(`schema ${SCHEMA} has no tables: run "make migrate" first`)
  const checks = await parseChecks(grants.checks)
  const relations = [
    ...[...metadata.tables, ...metadata.foreignTables].map((each) => ({ ...each, writable: true })),
    ...metadata.views.map((each) => ({ ...each, writable: each.is_updatable })),
    ...metadata.materializedViews.map((each) => ({ ...each, writable: false })),
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ id, name, comment, writable }) => ({
      name,
      comment,
      writable,
      delete: grants.deletes.find((each) => each.relation === id)?.roles ?? [],
      columns: metadata.columns
        .filter((column) => column.table_id === id)
        .sort((a, b) => a.ordinal_position - b.ordinal_position)
        .map((column) => toColumn(column, grants.columns, checks.rules)),
      otherChecks: checks.others.filter((each) => each.relation === id).map((each) => each.definition),
    }))
  return { relations, functions: toFunctions(metadata, grants.functions), metadata }
}

function toColumn(
  column: GeneratorMetadata['columns'][number],
  grants: readonly GrantsRow[],
  rules: readonly { relation: number; column: string; rule: Rule }[],
): Column {
  const grant = grants.find((each) => each.relation === column.table_id && each.column === column.name)
  return {
    name: column.name,
    type: column.format,
    sqlType: grant?.sqlType ?? column.format,
    comment: column.comment,
    nullable: column.is_nullable,
    default: defaultOf(column),
    generated: column.is_generated || column.identity_generation === 'ALWAYS' || !column.is_updatable,
    enum: column.enums,
    rules: [
      ...rules
        .filter((each) => each.relation === column.table_id && each.column === column.name)
        .map((each) => each.rule),
      ...declaredLength(grant?.sqlType),
    ],
    select: grant?.select ?? [],
    insert: grant?.insert ?? [],
    update: grant?.update ?? [],
  }
}

function defaultOf(column: GeneratorMetadata['columns'][number]): string | null {
  if (column.is_generated || column.identity_generation === 'ALWAYS') return null
  if (column.is_identity) return 'identity'
  return typeof column.default_value === 'string' ? column.default_value : null
}

/** `varchar(10)` is a limit like that of a CHECK. */
function declaredLength(sqlType: string | undefined): Rule[] {
  const length = /^character(?: varying)?\((\d+)\)$/.exec(sqlType ?? '')?.[1]
  if (length === undefined) return []
  return [{ constraint: 'type', validated: true, kind: 'longest', characters: Number(length) }]
}

function toFunctions(
  { functions, types }: GeneratorMetadata,
  grants: readonly { id: number; comment: string | null; execute: Role[] }[],
): DatabaseFunction[] {
  const nameOf = (id: number) => types.find((type) => type.id === id)?.name ?? 'unknown'
  return functions
    .map((each) => {
      const columns = each.args.filter(({ mode }) => mode === 'table' || mode === 'out')
      const grant = grants.find(({ id }) => id === each.id)
      return {
        name: each.name,
        comment: grant?.comment ?? null,
        arguments: each.args
          .filter(({ mode }) => mode !== 'table' && mode !== 'out')
          .map(({ name, type_id, has_default }) => ({
            name,
            type: nameOf(type_id),
            optional: has_default === true,
          })),
        columns:
          columns.length > 0 ? columns.map((a) => ({ name: a.name, type: nameOf(a.type_id) })) : undefined,
        returns: nameOf(each.return_type_id),
        set: each.is_set_returning_function,
        execute: grant?.execute ?? [],
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
