import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'
import { parseChecks, type Rule } from './checks.ts'
import { type GrantsAndChecks, type GrantsRow, readGrantsAndChecks } from './grants.ts'
import { type PgType, type TypesById, typesById } from './pg-type.ts'
import type { ContractSettings } from './settings.ts'
import { type GeneratorMetadata, introspectForTypegen } from './typegen-introspection.ts'
import { type ParameterRow, readTypes } from './types-query.ts'

export interface Column {
  name: string
  /** The type with domains resolved, as drivers see it. */
  type: PgType
  /** The type in SQL: `numeric(12,6)`, or a domain's name. */
  sqlType: string
  /** The same with domains resolved. */
  storedAs: string
  comment: string | null
  nullable: boolean
  /** Expression of the default, as PostgreSQL prints it; `identity` for an identity column. */
  default: string | null
  /** Whether the database computes it, so that it cannot be written. */
  generated: boolean
  rules: readonly Rule[]
  /** Roles that have each privilege, including inherited ones. */
  select: readonly string[]
  insert: readonly string[]
  update: readonly string[]
}

export interface Relation {
  id: number
  name: string
  comment: string | null
  insertable: boolean
  updatable: boolean
  /** In the order of the table. */
  columns: readonly Column[]
  delete: readonly string[]
  /** CHECKs that cannot be expressed as rules, as SQL. */
  otherChecks: readonly string[]
}

export interface Parameter {
  /** As declared; `$1` or `column1` if it was declared without a name. */
  name: string
  type: PgType
  optional: boolean
}

export interface DatabaseFunction {
  id: number
  name: string
  /** Input types, if another function has the same name. */
  overload: string | undefined
  comment: string | null
  arguments: readonly Parameter[]
  /** Columns of its rows (`returns table`, output parameters or a row type); otherwise undefined. */
  columns: readonly Omit<Parameter, 'optional'>[] | undefined
  returns: PgType
  execute: readonly string[]
}

/** The source of the published types, read from the catalog in one snapshot. */
export interface Catalog {
  relations: readonly Relation[]
  /** Without functions of extensions, which change with the extension and not with the schema. */
  functions: readonly DatabaseFunction[]
  types: TypesById
  /** The same data in the format of @supabase/postgrest-typegen. */
  metadata: GeneratorMetadata
}

/** Which part of the database to read. */
export type Scope = Pick<ContractSettings, 'schema' | 'roles'>

/** Reads tables, views, functions and their privileges from one snapshot of the catalog. */
export async function readCatalogAtOnce(client: pg.Client, scope: Scope): Promise<Catalog> {
  // In one snapshot, a running migration is visible completely or not at all.
  await client.query('begin isolation level repeatable read read only')
  try {
    return await readCatalog(client, scope)
  } finally {
    await client.query('rollback')
  }
}

/**
 * Reads tables, views, functions and their privileges from the catalog, in the open transaction.
 *
 * @throws Failure (1) if the schema has no table, because the migrations have not been applied
 */
export async function readCatalog(client: pg.ClientBase, { schema, roles }: Scope): Promise<Catalog> {
  const metadata = await introspectForTypegen(client, schema)
  const grants = await readGrantsAndChecks(client, schema, roles)
  const read = await readTypes(client, schema)
  if (metadata.tables.length === 0) throw failed(`schema ${schema} has no tables: apply the migrations first`)
  const types = typesById(read.types)
  const grantOf = grantsByColumn(grants)
  const typeOf = (relation: number, column: string) => {
    const grant = grantOf(relation, column)
    return grant && types.resolve(grant.type)
  }
  const checks = await parseChecks([...grants.checks, ...domainChecks(grants, types)], typeOf)
  const relations = [
    ...[...metadata.tables, ...metadata.foreignTables].map((each) => ({
      ...each,
      view: false,
      insertable: true,
      updatable: true,
    })),
    ...metadata.views.map((each) => ({
      ...each,
      view: true,
      insertable: each.is_insert_enabled ?? each.is_updatable,
      updatable: each.is_update_enabled ?? each.is_updatable,
    })),
    ...metadata.materializedViews.map((each) => ({
      ...each,
      view: true,
      insertable: false,
      updatable: false,
    })),
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ id, name, comment, view, insertable, updatable }) => ({
      id,
      name,
      comment,
      insertable,
      updatable,
      delete: grants.deletes.find((each) => each.relation === id)?.roles ?? [],
      columns: metadata.columns
        .filter((column) => column.table_id === id)
        .sort((a, b) => a.ordinal_position - b.ordinal_position)
        .map((column) =>
          toColumn(
            column,
            view,
            grantOf(id, column.name),
            types,
            checks.rules.filter((each) => each.relation === id && each.column === column.name),
          ),
        ),
      otherChecks: checks.others.filter((each) => each.relation === id).map((each) => each.definition),
    }))
  return {
    relations,
    functions: toFunctions(metadata, grants.functions, read.functions, types),
    types,
    metadata,
  }
}

function grantsByColumn({ columns }: GrantsAndChecks) {
  const grants = new Map(columns.map((each) => [`${each.relation} ${each.column}`, each]))
  return (relation: number, column: string): GrantsRow | undefined => grants.get(`${relation} ${column}`)
}

/** CHECKs of domains, for each column whose type is a domain. */
function domainChecks({ columns }: GrantsAndChecks, types: TypesById) {
  return columns.flatMap(({ relation, column, type }) =>
    types.domainRules(type).checks.map((check) => ({ ...check, relation, column })),
  )
}

function toColumn(
  column: GeneratorMetadata['columns'][number],
  ofView: boolean,
  grant: GrantsRow | undefined,
  types: TypesById,
  rules: readonly { rule: Rule }[],
): Column {
  const domain = grant && types.domainRules(grant.type)
  const storedAs = domain?.sql ?? grant?.sqlType ?? column.format
  return {
    name: column.name,
    type: types.resolve(grant?.type ?? 0),
    sqlType: grant?.sqlType ?? column.format,
    storedAs,
    comment: column.comment,
    // An outer join returns null even for a domain that is NOT NULL.
    nullable: ofView || (column.is_nullable && domain?.notNull !== true),
    default: defaultOf(column) ?? (ofView || column.is_generated ? null : (domain?.default ?? null)),
    generated: column.is_generated || column.identity_generation === 'ALWAYS' || !column.is_updatable,
    rules: [...rules.map(({ rule }) => rule), ...declaredLength(storedAs)],
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

/** The limit of `varchar(10)`, as a rule like that of a CHECK. */
function declaredLength(sqlType: string): Rule[] {
  const length = /^character(?: varying)?\((\d+)\)$/.exec(sqlType)?.[1]
  if (length === undefined) return []
  return [{ constraint: 'type', validated: true, kind: 'longest', characters: Number(length) }]
}

function toFunctions(
  { functions }: GeneratorMetadata,
  grants: GrantsAndChecks['functions'],
  parameters: readonly ParameterRow[],
  types: TypesById,
): DatabaseFunction[] {
  const own = functions.filter(({ id }) => !parameters.some((each) => each.id === id && each.ofExtension))
  return own
    .map((each) => {
      const grant = grants.find(({ id }) => id === each.id)
      const row = parameters.find(({ id }) => id === each.id)
      const all = row?.parameters ?? []
      const inputs = all.filter(({ mode }) => mode === 'i' || mode === 'b' || mode === 'v')
      const outputs = all.filter(({ mode }) => mode === 'o' || mode === 'b' || mode === 't')
      const returns = types.resolve(each.return_type_id)
      const overloaded = own.some((other) => other.id !== each.id && other.name === each.name)
      const columns = outputs.map(({ name, type }, index) => ({
        // The name that PostgreSQL gives an unnamed column.
        name: name === '' ? `column${index + 1}` : name,
        type: types.resolve(type),
      }))
      return {
        id: each.id,
        name: each.name,
        overload: overloaded ? (row?.signature ?? '') : undefined,
        comment: grant?.comment ?? null,
        arguments: inputs.map(({ name, type, optional }, index) => ({
          name: name === '' ? `$${index + 1}` : name,
          type: types.resolve(type),
          optional,
        })),
        columns:
          columns.length > 0 ? columns : returns.attributes.length > 0 ? returns.attributes : undefined,
        returns,
        execute: grant?.execute ?? [],
      }
    })
    .sort((a, b) =>
      a.name < b.name || (a.name === b.name && (a.overload ?? '') < (b.overload ?? '')) ? -1 : 1,
    )
}
