import type { Catalog, DatabaseFunction } from './catalog.ts'
import { pascalCase } from './names.ts'
import { jsdoc, key } from './text.ts'

/** What pg returns for the types that functions of this database use; a type that is not here is text to pg. */
const SCALARS: Readonly<Record<string, { select: string; write: string }>> = {
  bool: { select: 'boolean', write: 'boolean' },
  bytea: { select: 'Uint8Array', write: 'Uint8Array' },
  date: { select: 'Date', write: 'Date | string' },
  float4: { select: 'number', write: 'number' },
  float8: { select: 'number', write: 'number' },
  int2: { select: 'number', write: 'number' },
  int4: { select: 'number', write: 'number' },
  int8: { select: 'string', write: 'bigint | number | string' },
  json: { select: 'Json', write: 'JsonObject | JsonText<Json>' },
  jsonb: { select: 'Json', write: 'JsonObject | JsonText<Json>' },
  numeric: { select: 'string', write: 'number | string' },
  oid: { select: 'number', write: 'number' },
  timestamp: { select: 'Date', write: 'Date | string' },
  timestamptz: { select: 'Date', write: 'Date | string' },
  void: { select: 'string', write: 'string' },
}

/** What pg takes for a type as an argument, and what it gives back. */
export function functionWireType(type: string): { select: string; write: string } {
  return SCALARS[type] ?? { select: 'string', write: 'string' }
}

/** Argument and row types of the functions. */
export function functionTypes({ functions }: Catalog): string {
  return functions.map(functionType).join('\n')
}

function functionType(each: DatabaseFunction): string {
  const name = pascalCase(each.name)
  const about = each.comment === null ? [] : [each.comment]
  const named = each.arguments.map(
    (argument) =>
      `  ${key(argument.name)}${argument.optional ? '?' : ''}: ${functionWireType(argument.type).write};\n`,
  )
  const args = `${jsdoc([...about, `Arguments of ${each.name}.`])}export interface ${name}Args {\n${named.join('')}}\n`
  if (!each.columns) {
    return `${args}\n${jsdoc([`What ${each.name} returns.`])}export type ${name}Result = ${read(each.returns)};\n`
  }
  const columns = each.columns.map((column) => `  ${key(column.name)}: ${read(column.type)};\n`)
  const doc = jsdoc([
    `A row of ${each.name} as pg returns it.`,
    'PostgreSQL does not record which columns of a function are never null.',
  ])
  return `${args}\n${doc}export interface ${name}Row {\n${columns.join('')}}\n`
}

function read(type: string): string {
  return `${functionWireType(type).select} | null`
}
