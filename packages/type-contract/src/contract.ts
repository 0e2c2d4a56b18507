import type { Catalog, Column, DatabaseFunction, Relation } from './catalog.ts'
import { valuesOf } from './naming.ts'
import { type PostgrestTypes, postgrestTypes } from './postgrest-types.ts'
import type { ContractSettings } from './settings.ts'
import { limitsOf } from './text.ts'
import { valuesOfEnum, valueWireType, wireName } from './wire-types.ts'

/** What consumers may rely on: the package's contract.json. compareContracts compares two of them. */
export interface Contract {
  format: 1
  relations: Record<string, RelationContract>
  functions: Record<string, FunctionContract>
}

export interface RelationContract {
  comment: string | null
  columns: Record<string, ColumnContract>
  /** Roles that may delete rows. */
  delete: string[]
  /** CHECKs that types cannot express. */
  checks: string[]
}

export interface ColumnContract {
  comment: string | null
  /** The type in SQL. */
  type: string
  /** The TypeScript type that pg returns and accepts. */
  pg: string
  /** The TypeScript type that PostgREST returns and accepts. */
  postgrest: string
  nullable: boolean
  default: string | null
  /** Whether the database computes it, so that it cannot be written. */
  generated: boolean
  /** The allowed values, in the database's order; null for any value. */
  values: string[] | null
  /** The required JSON type of the top level; null for any. */
  json: string | null
  /** Ranges and lengths, such as `minimum 0`. */
  limits: string[]
  select: string[]
  insert: string[]
  update: string[]
}

/** A function. Its key is its name, or `name(input types)` if it is overloaded. */
export interface FunctionContract {
  comment: string | null
  arguments: Record<string, { type: string; optional: boolean }>
  /** The columns of its rows, or its single value as `result`. */
  returns: Record<string, string>
}

export function contractOf(catalog: Catalog, { schema }: Pick<ContractSettings, 'schema'>): Contract {
  const types = postgrestTypes(catalog.metadata, schema)
  return {
    format: 1,
    relations: Object.fromEntries(
      catalog.relations.map((each) => [each.name, relationContract(each, types)]),
    ),
    functions: Object.fromEntries(
      catalog.functions.map((each) => [functionKey(each), functionContract(each)]),
    ),
  }
}

/** `find`, or `find(integer)` if there is another function `find`. */
function functionKey({ name, overload }: DatabaseFunction): string {
  return overload === undefined ? name : `${name}(${overload})`
}

function relationContract(relation: Relation, types: PostgrestTypes): RelationContract {
  return {
    comment: relation.comment,
    columns: Object.fromEntries(relation.columns.map((each) => [each.name, columnContract(each, types)])),
    delete: [...relation.delete],
    checks: [...relation.otherChecks],
  }
}

function columnContract(column: Column, types: PostgrestTypes): ColumnContract {
  return {
    comment: column.comment,
    type: column.sqlType,
    pg: wireName(column),
    postgrest: types.contract(column.type),
    nullable: column.nullable,
    default: column.default,
    generated: column.generated,
    values: valuesOf(column)?.slice() ?? null,
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
        { type: valuesOfEnum(type) ?? valueWireType(type).write, optional },
      ]),
    ),
    returns: Object.fromEntries(
      columns.map(({ name, type }) => [name, valuesOfEnum(type) ?? valueWireType(type).select]),
    ),
  }
}
