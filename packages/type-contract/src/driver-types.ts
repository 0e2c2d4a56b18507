import type { PgType } from './pg-type.ts'

/** The TypeScript types that pg returns and accepts for a database type. */
export interface WireType {
  select: string
  write: string
}

export interface ScalarType extends WireType {
  /** The exported name of a type that is read and written differently: `Int8`. */
  alias?: string
}

/**
 * PostgreSQL's own types that pg does not return as text, with kysely-codegen's names. test/driver-types.test.ts compares
 * this table with kysely-codegen.
 */
const SCALARS: ReadonlyMap<string, ScalarType> = new Map<string, ScalarType>([
  ['bool', same('boolean')],
  // pg returns a Buffer, which is a Uint8Array. This name needs no types of Node.js.
  ['bytea', same('Uint8Array')],
  // pg returns an object. It would write one as JSON, which PostgreSQL does not accept for a point.
  ['circle', { select: 'Circle', write: 'string' }],
  ['date', { alias: 'Timestamp', select: 'Date', write: 'Date | string' }],
  ['float4', same('number')],
  ['float8', same('number')],
  ['int2', same('number')],
  ['int4', same('number')],
  ['int8', { alias: 'Int8', select: 'string', write: 'bigint | number | string' }],
  [
    'interval',
    { alias: 'Interval', select: 'PostgresInterval', write: 'PostgresInterval | number | string' },
  ],
  ['json', { alias: 'Json', select: 'Json', write: 'JsonObject | JsonText<Json> | boolean | number' }],
  ['jsonb', { alias: 'Json', select: 'Json', write: 'JsonObject | JsonText<Json> | boolean | number' }],
  ['numeric', { alias: 'Numeric', select: 'string', write: 'number | string' }],
  ['oid', same('number')],
  ['point', { select: 'Point', write: 'string' }],
  ['timestamp', { alias: 'Timestamp', select: 'Date', write: 'Date | string' }],
  ['timestamptz', { alias: 'Timestamp', select: 'Date', write: 'Date | string' }],
])

function same(type: string): WireType {
  return { select: type, write: type }
}

/** How pg represents a type: text by default. */
export function scalarType(type: PgType): ScalarType {
  const known = type.builtin === undefined ? undefined : SCALARS.get(type.builtin)
  return known ?? same('string')
}

/** Definitions that the types refer to, by name. */
const DEFINITIONS: ReadonlyMap<string, string> = new Map([
  ['Circle', 'export type Circle = {\n  x: number;\n  y: number;\n  radius: number;\n};\n'],
  [
    'Generated',
    `export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;\n`,
  ],
  columnType('Int8'),
  columnType('Interval'),
  ['Json', 'export type Json = JsonValue;\n'],
  ['JsonArray', 'export type JsonArray = JsonValue[];\n'],
  ['JsonObject', 'export type JsonObject = {\n  [x: string]: JsonValue | undefined;\n};\n'],
  ['JsonPrimitive', 'export type JsonPrimitive = boolean | number | string | null;\n'],
  ['JsonValue', 'export type JsonValue = JsonArray | JsonObject | JsonPrimitive;\n'],
  columnType('Numeric'),
  ['Point', 'export type Point = {\n  x: number;\n  y: number;\n};\n'],
  columnType('Timestamp'),
])

function columnType(alias: string): [name: string, definition: string] {
  const type = [...SCALARS.values()].find((each) => each.alias === alias)
  return [alias, `export type ${alias} = ColumnType<${type?.select}, ${type?.write}, ${type?.write}>;\n`]
}

export const DRIVER_TYPE_NAMES: readonly string[] = [...DEFINITIONS.keys()]

/** The definitions that a text uses, directly or indirectly; always including Json, for json.d.ts and users. */
export function definitionsFor(text: string): string {
  const used = new Set([...namesIn(text, DRIVER_TYPE_NAMES), 'Json', 'JsonArray', 'JsonObject'])
  for (const name of used)
    for (const other of namesIn(DEFINITIONS.get(name) ?? '', DRIVER_TYPE_NAMES)) used.add(other)
  return [...used]
    .sort()
    .map((name) => DEFINITIONS.get(name))
    .join('\n')
}

/** The given names that occur in printed types. */
export function namesIn(printed: string, among: readonly string[]): string[] {
  const words = new Set(printed.match(/[\p{ID_Start}_][\p{ID_Continue}]*/gu))
  return among.filter((name) => words.has(name))
}
