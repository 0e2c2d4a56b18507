import type { Catalog, Column, DatabaseFunction, Relation, Role } from './catalog.ts'
import { functionWireType } from './functions.ts'
import { listOf } from './names.ts'
import { postgrestType } from './supabase-corrections.ts'
import { limitsOf } from './text.ts'
import { kyselyName } from './wire-types.ts'

/** What consumers may rely on: types/contract.json. `npm run release:check` compares two of them. */
export interface Contract {
  format: 1
  relations: Record<string, RelationContract>
  functions: Record<string, FunctionContract>
}

export interface RelationContract {
  comment: string | null
  columns: Record<string, ColumnContract>
  /** Who may delete rows. */
  delete: Role[]
  /** CHECKs that no type expresses. */
  checks: string[]
}

export interface ColumnContract {
  comment: string | null
  /** As SQL writes it. */
  type: string
  /** What pg gives and takes, by kysely-codegen's name for it. */
  pg: string
  /** What PostgREST gives and takes. */
  postgrest: string
  nullable: boolean
  default: string | null
  /** Never written: the database computes it. */
  generated: boolean
  /** The only values it may hold, in the database's order. */
  values: string[] | null
  /** What the top level of its JSON must be. */
  json: string | null
  /** Ranges and lengths, such as `minimum 0`. */
  limits: string[]
  select: Role[]
  insert: Role[]
  update: Role[]
}

export interface FunctionContract {
  comment: string | null
  arguments: Record<string, { type: string; optional: boolean }>
  /** Columns of its rows, or its one value as `result`. */
  returns: Record<string, string>
}

export function contractOf(catalog: Catalog): Contract {
  return {
    format: 1,
    relations: Object.fromEntries(
      catalog.relations.map((each) => [each.name, relationContract(each, catalog)]),
    ),
    functions: Object.fromEntries(catalog.functions.map((each) => [each.name, functionContract(each)])),
  }
}

function relationContract(relation: Relation, catalog: Catalog): RelationContract {
  return {
    comment: relation.comment,
    columns: Object.fromEntries(relation.columns.map((each) => [each.name, columnContract(each, catalog)])),
    delete: [...relation.delete],
    checks: [...relation.otherChecks],
  }
}

function columnContract(column: Column, { metadata }: Catalog): ColumnContract {
  return {
    comment: column.comment,
    type: column.sqlType,
    pg: kyselyName(column),
    postgrest: postgrestType(column.type, metadata),
    nullable: column.nullable,
    default: column.default,
    generated: column.generated,
    values: listOf(column)?.slice() ?? null,
    json: column.rules.flatMap((rule) => (rule.kind === 'json' ? [rule.shape] : []))[0] ?? null,
    limits: limitsOf(column),
    select: [...column.select],
    insert: [...column.insert],
    update: [...column.update],
  }
}

function functionContract(each: DatabaseFunction): FunctionContract {
  const columns = each.columns ?? [{ name: 'result', type: each.returns }]
  return {
    comment: each.comment,
    arguments: Object.fromEntries(
      each.arguments.map(({ name, type, optional }) => [
        name,
        { type: functionWireType(type).write, optional },
      ]),
    ),
    returns: Object.fromEntries(columns.map(({ name, type }) => [name, functionWireType(type).select])),
  }
}
