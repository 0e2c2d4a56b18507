import type { Column } from './catalog.ts'
import { scalarType, type WireType } from './driver-types.ts'
import type { PgType } from './pg-type.ts'

/** Types whose arrays pg-types parses; it returns any other array as PostgreSQL's text, `{a,b}`. */
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

/** A column's types where one alias does not say them: arrays, lists of values, JSON that a CHECK shapes. */
export function columnWireType(column: Column, list: string | undefined): WireType | undefined {
  if (column.type.element) return arrayWireType(column.type, list)
  if (list !== undefined) return listWireType(column, list)
  const { builtin } = column.type
  if (builtin === 'json' || builtin === 'jsonb') return jsonWireType(column)
  const scalar = scalarType(column.type)
  return scalar.alias === undefined && scalar.select !== scalar.write ? scalar : undefined
}

/** A type by itself, as a function takes and returns it. */
export function valueWireType(type: PgType): WireType {
  if (type.element) return arrayWireType(type)
  // A value of any type: pg cannot know which.
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

/** pg-types reads the numbers of an array as numbers, even those of numeric. */
function elementType(element: PgType): string {
  return element.builtin === 'numeric' ? 'number' : scalarType(element).select
}

function arrayWireType(type: PgType, list = 'string'): WireType {
  const element = type.element ?? type
  // An element may be null, whatever the column says.
  const array = (of: string) => `(${union([...of.split(' | '), 'null'])})[]`
  // pg sends any JavaScript array as an array of PostgreSQL.
  if (!isParsed(type)) return { select: 'string', write: union([array(list), 'string']) }
  const select = array(elementType(element))
  // An array inside a JSON value would be taken for another dimension.
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
      // pg writes a JavaScript array as an array of PostgreSQL, which is not JSON.
      return { select: read('JsonArray'), write: 'JsonText<JsonArray>' }
    default:
      return scalarType(type)
  }
}

/** Types of a union by name, what stands for no value last. */
export function union(types: readonly string[]): string {
  const last = ['null', 'undefined']
  return [...types].sort((a, b) => last.indexOf(a) - last.indexOf(b) || (a < b ? -1 : 1)).join(' | ')
}

/** An enum's values as a union. */
export function valuesOfEnum({ labels }: PgType): string | undefined {
  return labels.length === 0 ? undefined : labels.map((label) => JSON.stringify(label)).join(' | ')
}
