import type { Column } from './catalog.ts'
import { scalarType, type WireType } from './driver-types.ts'
import type { PgType } from './pg-type.ts'

/** Types whose arrays pg-types parses. It returns any other array as text: `{a,b}`. */
const PARSED_ARRAYS: ReadonlySet<string> = new Set([
  'bool',
  'bpchar',
  'bytea',
  'cidr',
  'date',
  'float4',
  'float8',
  'inet',
  'int2',
  'int4',
  'int8',
  'interval',
  'json',
  'jsonb',
  'macaddr',
  'money',
  'numeric',
  'numrange',
  'oid',
  'point',
  'text',
  'time',
  'timestamp',
  'timestamptz',
  'timetz',
  'uuid',
  'varchar',
])

/** A column's types if one alias does not express them: arrays, lists of values, JSON with a CHECK on its top level. */
export function columnWireType(column: Column, list: string | undefined): WireType | undefined {
  if (column.type.element) return arrayWireType(column.type, list)
  if (list !== undefined) return listWireType(column, list)
  const { builtin } = column.type
  if (builtin === 'json' || builtin === 'jsonb') return jsonWireType(column)
  const scalar = scalarType(column.type)
  return scalar.alias === undefined && scalar.select !== scalar.write ? scalar : undefined
}

/** The types of a function's parameter or result. */
export function valueWireType(type: PgType): WireType {
  if (type.element) return arrayWireType(type)
  // A pseudo-type such as anyelement: pg cannot know the type.
  if (type.kind === 'p' && type.builtin?.startsWith('any')) return { select: 'unknown', write: 'unknown' }
  return scalarType(type)
}

/** The contract's name for the types that pg returns and accepts. */
export function wireName({ type }: Column): string {
  if (!type.element) {
    const { alias, select } = scalarType(type)
    return alias ?? select
  }
  return isParsed(type) ? `${elementType(type.element)}[]` : 'text of []'
}

function isParsed(type: PgType): boolean {
  return type.builtinArray && PARSED_ARRAYS.has(type.element?.builtin ?? '')
}

/** The type of an array's elements. pg-types returns numeric elements as numbers. */
function elementType(element: PgType): string {
  return element.builtin === 'numeric' ? 'number' : scalarType(element).select
}

function arrayWireType(type: PgType, list = 'string'): WireType {
  const element = type.element ?? type
  // An element may be null even if the column is NOT NULL.
  const array = (of: string) => `(${union([...of.split(' | '), 'null'])})[]`
  // pg sends every JavaScript array as a PostgreSQL array.
  if (!isParsed(type)) return { select: 'string', write: union([array(list), 'string']) }
  const select = array(elementType(element))
  // An array inside a JSON value would be read as another dimension.
  if (element.builtin === 'json' || element.builtin === 'jsonb') {
    return { select, write: array('JsonText<Json>') }
  }
  return { select, write: array(scalarType(element).write) }
}

function listWireType({ type, rules }: Column, list: string): WireType {
  const trusted = type.labels.length > 0 || rules.some((rule) => rule.kind === 'list' && rule.validated)
  return { select: trusted ? list : 'string', write: list }
}

function jsonWireType({ rules, type }: Column): WireType {
  const rule = rules.find((each) => each.kind === 'json')
  const read = (name: string) => (rule?.validated ? name : 'Json')
  switch (rule?.kind === 'json' ? rule.shape : undefined) {
    case 'object':
      return { select: read('JsonObject'), write: union(['JsonObject', 'JsonText<JsonObject>']) }
    case 'array':
      // pg writes a JavaScript array as a PostgreSQL array, which is not JSON.
      return { select: read('JsonArray'), write: 'JsonText<JsonArray>' }
    default:
      return scalarType(type)
  }
}

/** A union of types, sorted by name, with null last. */
export function union(types: readonly string[]): string {
  const last = ['null', 'undefined']
  return [...types].sort((a, b) => last.indexOf(a) - last.indexOf(b) || (a < b ? -1 : 1)).join(' | ')
}

/** An enum's values as a union. */
export function valuesOfEnum({ labels }: PgType): string | undefined {
  return labels.length === 0 ? undefined : labels.map((label) => JSON.stringify(label)).join(' | ')
}
