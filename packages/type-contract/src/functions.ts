import type { Catalog, DatabaseFunction } from './catalog.ts'
import type { Names } from './naming.ts'
import type { PgType } from './pg-type.ts'
import { jsdoc, key } from './text.ts'
import { valuesOfEnum, valueWireType } from './wire-types.ts'

/** Argument and row types of the functions; for overloads, unions. */
export function functionTypes({ functions }: Catalog, names: Names): string {
  return [...new Set(functions.map(({ name }) => name))]
    .map((name) =>
      typesOf(
        name,
        functions.filter((each) => each.name === name),
        names,
      ),
    )
    .join('\n')
}

function typesOf(name: string, overloads: readonly DatabaseFunction[], names: Names): string {
  const base = names.ofFunction(name)
  const about = overloads.flatMap(({ comment }) => comment ?? [])
  const args = declare(
    `${base}Args`,
    [...about, `Arguments of ${name}.`],
    overloads.map((each) => argumentsOf(each, names)),
  )
  const rows = overloads.flatMap(({ columns }) => (columns ? [rowOf(columns, names)] : []))
  const results = overloads.flatMap(({ columns, returns }) => (columns ? [] : [read(returns, names)]))
  return [
    args,
    ...(rows.length > 0
      ? [
          declare(
            `${base}Row`,
            [
              `A row of ${name} as pg returns it.`,
              'PostgreSQL does not record which columns of a function are never null.',
            ],
            rows,
          ),
        ]
      : []),
    ...(results.length > 0
      ? [
          `${jsdoc([`What ${name} returns.`])}export type ${base}Result = ${[...new Set(results)].join(' | ')};\n`,
        ]
      : []),
  ].join('\n')
}

/** An interface for one form, a union for several. */
function declare(name: string, about: readonly string[], forms: readonly string[]): string {
  const [only, ...more] = new Set(forms)
  return more.length === 0
    ? `${jsdoc(about)}export interface ${name} ${only}\n`
    : `${jsdoc(about)}export type ${name} = ${[only, ...more].join(' | ')};\n`
}

function argumentsOf(each: DatabaseFunction, names: Names): string {
  const named = each.arguments.map(
    ({ name, type, optional }) => `  ${key(name)}${optional ? '?' : ''}: ${written(type, names)};\n`,
  )
  return `{\n${named.join('')}}`
}

function rowOf(columns: readonly { name: string; type: PgType }[], names: Names): string {
  return `{\n${columns.map((column) => `  ${key(column.name)}: ${read(column.type, names)};\n`).join('')}}`
}

function read(type: PgType, names: Names): string {
  return `${names.listOfEnum(type.id)?.type ?? valuesOfEnum(type) ?? valueWireType(type).select} | null`
}

function written(type: PgType, names: Names): string {
  return names.listOfEnum(type.id)?.type ?? valuesOfEnum(type) ?? valueWireType(type).write
}
