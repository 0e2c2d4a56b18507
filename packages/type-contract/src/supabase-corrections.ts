import { pgTypeToTsType } from '@supabase/postgrest-typegen/generation'
import { type Catalog, type Column, SCHEMA } from './catalog.ts'
import { listOf } from './names.ts'
import type { GeneratorMetadata } from './typegen-introspection.ts'

interface Corrected {
  metadata: GeneratorMetadata
  /** Puts the corrected types where the generator printed their stand-ins. */
  restore: (printed: string) => string
}

/**
 * The metadata with stand-ins for what the generator cannot say: values of a CHECK, the top level of a jsonb column,
 * columns of functions that may be null. A stand-in is an enum type of one value, which the generator prints as a
 * literal. docs/types.md lists the differences that this makes.
 */
export function correctForPostgrest({ metadata, relations }: Catalog): Corrected {
  const expressions: string[] = []
  const types = [...metadata.types]
  const standIn = (expression: string): { id: number; name: string } => {
    const value = `«${expressions.push(expression) - 1}»`
    const type = { id: -expressions.length, name: value, schema: 'stand_ins', format: value, enums: [value] }
    types.push({ ...type, attributes: [], comment: null, type_relation_id: null })
    return type
  }
  const columns = metadata.columns.map((each) => {
    const relation = relations.find(({ name }) => name === each.table)
    const expression = columnExpression(
      relation?.columns.find(({ name }) => name === each.name),
      metadata,
    )
    return expression ? { ...each, format: standIn(expression).name, type_schema: 'stand_ins' } : each
  })
  const nullable = new Map<number, number>()
  const typeOrNull = (id: number): number => {
    const type = metadata.types.find((each) => each.id === id)
    const schema = metadata.schemas.find(({ name }) => name === SCHEMA)
    if (!type || !schema) return id
    const known = nullable.get(id)
    if (known !== undefined) return known
    const stand = standIn(`${pgTypeToTsType(schema, type.name, metadata, type.schema)} | null`).id
    nullable.set(id, stand)
    return stand
  }
  const functions = metadata.functions.map((each) => ({
    ...each,
    args: each.args.map((arg) => (arg.mode === 'table' ? { ...arg, type_id: typeOrNull(arg.type_id) } : arg)),
  }))
  return {
    metadata: { ...metadata, columns, types, functions },
    restore: (printed) =>
      printed.replace(/"«(\d+)»"/g, (literal, index: string) => expressions[Number(index)] ?? literal),
  }
}

/** What PostgREST gives and takes for a type, by its name in pg_type. */
export function postgrestType(type: string, metadata: GeneratorMetadata): string {
  const schema = metadata.schemas.find(({ name }) => name === SCHEMA)
  return schema ? pgTypeToTsType(schema, type, metadata) : 'unknown'
}

/** Types of PostgreSQL's own that the generator does not know; to_json makes text of them. */
const TEXT_IN_JSON: ReadonlySet<string> = new Set(
  [
    'bit',
    'box',
    'char',
    'cidr',
    'circle',
    'inet',
    'line',
    'lseg',
    'macaddr',
    'macaddr8',
    'money',
    'name',
    'oid',
  ].concat(
    ['path', 'pg_lsn', 'point', 'polygon', 'tsquery', 'tsvector', 'varbit', 'xml'],
    ['datemultirange', 'daterange', 'int4multirange', 'int4range', 'int8multirange', 'int8range'],
    ['nummultirange', 'numrange', 'tsmultirange', 'tsrange', 'tstzmultirange', 'tstzrange'],
  ),
)

/** The type of a column where the database knows more than its PostgreSQL type says. */
function columnExpression(column: Column | undefined, metadata: GeneratorMetadata): string | undefined {
  if (!column) return undefined
  // An element may be null, whatever the column says.
  if (column.type.startsWith('_')) return `(${jsonType(column.type.slice(1), metadata)} | null)[]`
  if (column.enum.length > 0 || column.rules.some(({ validated }) => !validated)) return undefined
  const list = listOf(column)
  if (list) return list.map((value) => JSON.stringify(value)).join(' | ')
  const json = column.rules.find((rule) => rule.kind === 'json')
  if (json?.kind === 'json' && json.shape === 'object') return '{ [key: string]: Json | undefined }'
  if (json?.kind === 'json' && json.shape === 'array') return 'Json[]'
  // The generator says NonNullable<Json>, but JSON's null is a value that a `not null` column may hold.
  const isJson = column.type === 'json' || column.type === 'jsonb'
  if (isJson && !column.nullable) return 'Json'
  return TEXT_IN_JSON.has(column.type) ? 'string' : undefined
}

function jsonType(type: string, metadata: GeneratorMetadata): string {
  return TEXT_IN_JSON.has(type) ? 'string' : postgrestType(type, metadata)
}
