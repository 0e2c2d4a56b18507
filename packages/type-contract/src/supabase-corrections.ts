import { pgTypeToTsType } from '@supabase/postgrest-typegen/generation'
import type { Catalog, Column } from './catalog.ts'
import { valuesOf } from './naming.ts'
import { type PostgrestTypes, postgrestTypes } from './postgrest-types.ts'
import type { GeneratorMetadata } from './typegen-introspection.ts'

interface Corrected {
  metadata: GeneratorMetadata
  /** Replaces the printed stand-ins by the corrected types. */
  restore: (printed: string) => string
}

/**
 * The metadata with stand-ins for types that the generator cannot express: values of a CHECK, the top level of a jsonb
 * column, nullable columns of functions. A stand-in is an enum type of one value, which the generator prints as a
 * literal. docs/types.md lists the resulting differences.
 */
export function correctForPostgrest(catalog: Catalog, schema: string): Corrected {
  const { metadata, relations } = catalog
  const printed = postgrestTypes(metadata, schema)
  const stand = standIns(metadata)
  const columns = metadata.columns.map((each) => {
    const relation = relations.find(({ id }) => id === each.table_id)
    const column = relation?.columns.find(({ name }) => name === each.name)
    if (!column) return each
    const known = {
      ...each,
      is_nullable: column.nullable,
      default_value: each.default_value ?? column.default,
    }
    const expression = columnExpression(column, printed)
    // For a NOT NULL column the generator prints NonNullable<Json>, but the column may contain JSON's null.
    const asItIs = ofGenerator(each.format, each.type_schema) === expression
    if (asItIs && (expression !== 'Json' || column.nullable)) return known
    return { ...known, format: stand.in(expression, each.format), type_schema: STAND_INS }
  })
  function ofGenerator(name: string, owner: string): string {
    const served = metadata.schemas.find((each) => each.name === schema)
    return served ? pgTypeToTsType(served, name, metadata, owner).replaceAll("'", '"') : 'unknown'
  }

  const typeOf = new Map(metadata.types.map((type) => [type.id, type]))
  const replaced = new Map<string, number>()
  /** Oid of a type that is printed correctly: the type's own, or that of a stand-in. */
  const typeId = (id: number, orNull: boolean): number => {
    const type = typeOf.get(id)
    // The generator resolves a table's row type itself.
    if (!type || type.type_relation_id !== null) return id
    const resolved = catalog.types.resolve(id)
    if (resolved.kind === 'p') return id
    const expression = printed.expression(resolved)
    if (!orNull && expression === ofGenerator(type.name, type.schema)) return id
    const whole = orNull && expression !== 'unknown' ? `${expression} | null` : expression
    const known = replaced.get(whole)
    if (known !== undefined) return known
    const number = stand.idOf(stand.in(whole, type.name))
    replaced.set(whole, number)
    return number
  }
  const functions = metadata.functions.map((each) => ({
    ...each,
    // The generator looks functions up in an object with inherited properties, such as `constructor`.
    name: each.name in {} ? stand.in(JSON.stringify(each.name), each.name) : each.name,
    return_type_id: typeId(each.return_type_id, false),
    args: argumentsOf(each, catalog).map((arg) => ({
      ...arg,
      type_id: typeId(arg.type_id, arg.mode === 'table'),
    })),
  }))
  const types = metadata.types.map((type) => ({
    ...type,
    attributes: type.attributes.map((each) => ({ ...each, type_id: typeId(each.type_id, false) })),
  }))
  return {
    metadata: { ...metadata, columns, types: [...types, ...stand.types()], functions },
    restore: stand.restore,
  }
}

const STAND_INS = 'stand-ins'

/** Stand-ins by oid, with names that do not occur in the database. */
function standIns(metadata: GeneratorMetadata) {
  const everything = JSON.stringify(metadata)
  let mark = '«'
  while (everything.includes(mark)) mark += '«'
  const expressions: string[] = []
  const originals: string[] = []
  const nameOf = (index: number) => `${mark}${index}»`
  return {
    /** Returns the stand-in's name. In the generator's messages, it is replaced by the original name. */
    in: (expression: string, original: string): string => {
      originals.push(JSON.stringify(original).slice(1, -1).replaceAll("'", "\\'"))
      return nameOf(expressions.push(expression) - 1)
    },
    idOf: (name: string): number => -1 - expressions.findIndex((_, index) => nameOf(index) === name),
    types: (): GeneratorMetadata['types'] =>
      expressions.map((_, index) => ({
        id: -1 - index,
        name: nameOf(index),
        schema: STAND_INS,
        format: nameOf(index),
        enums: [nameOf(index)],
        attributes: [],
        comment: null,
        type_relation_id: null,
      })),
    restore: (printed: string): string =>
      printed
        .replace(
          new RegExp(`"${mark}(\\d+)»"`, 'g'),
          (literal, index: string) => expressions[Number(index)] ?? literal,
        )
        .replace(
          new RegExp(`${mark}(\\d+)»`, 'g'),
          (literal, index: string) => originals[Number(index)] ?? literal,
        ),
  }
}

/** A function's parameters, with corrected defaults: the library takes output parameters for parameters with a default. */
function argumentsOf(
  each: GeneratorMetadata['functions'][number],
  { functions }: Catalog,
): GeneratorMetadata['functions'][number]['args'] {
  const optional = functions.find(({ id }) => id === each.id)?.arguments ?? []
  return each.args.map((arg) => {
    const known = optional.find(({ name }) => name === arg.name)
    return known && arg.mode !== 'table' && arg.mode !== 'out' ? { ...arg, has_default: known.optional } : arg
  })
}

/** The type of a column, from its PostgreSQL type or, if more precise, from its constraints. */
function columnExpression(column: Column, printed: PostgrestTypes): string {
  const expression = printed.expression(column.type)
  // An element may be null even if the column is NOT NULL.
  if (column.type.element || column.type.labels.length > 0) return expression
  if (column.rules.every(({ validated }) => validated)) {
    const list = valuesOf(column)
    if (list) return list.map((value) => JSON.stringify(value)).join(' | ')
    const json = column.rules.find((rule) => rule.kind === 'json')
    if (json?.kind === 'json' && json.shape === 'object') return '{ [key: string]: Json | undefined }'
    if (json?.kind === 'json' && json.shape === 'array') return 'Json[]'
  }
  return expression
}
