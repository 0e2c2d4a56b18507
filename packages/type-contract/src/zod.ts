import type { Catalog, Column, Relation } from './catalog.ts'
import { camelCase, listName, listOf, rowName, type ValueList } from './names.ts'
import { HEADER, jsdoc, key, moduleHeader } from './text.ts'
import type { Module } from './values.ts'
import { type ZodRule, zodRule } from './zod-rule.ts'

/** Schemas for what a signed-in user may insert and update, from the grants and CHECKs of the database. */
export function zodModule(catalog: Catalog, lists: readonly ValueList[]): Module {
  const schemas = catalog.relations.flatMap((relation) => schemasOf(relation, lists))
  const used = [...new Set(schemas.flatMap(({ rules }) => rules.flatMap(({ uses }) => uses)))].sort()
  const constants = [
    ...new Set(schemas.flatMap(({ rules }) => rules.flatMap(({ constant }) => constant ?? []))),
  ].sort()
  const types = [...new Set(schemas.flatMap(({ rules }) => rules.flatMap(({ imports }) => imports)))].sort()
  const fromValues = types.filter((type) => lists.some((list) => list.type === type))
  const fromDb = types.filter((type) => !fromValues.includes(type))
  return {
    js: [
      `${moduleHeader('zod')}import { z } from 'zod'\n`,
      importLine('import', used, '../zod-rules.js'),
      importLine('import', constants, './values.js'),
      `\n${schemas.map(({ js }) => js).join('\n')}`,
    ].join(''),
    dts: [
      `${HEADER}import type { z } from 'zod'\n`,
      importLine('import type', fromDb, './db.js'),
      importLine('import type', fromValues, './values.js'),
      `\n${schemas.map(({ dts }) => dts).join('\n')}`,
    ].join(''),
  }
}

function importLine(keyword: string, names: readonly string[], from: string): string {
  return names.length > 0 ? `${keyword} { ${names.join(', ')} } from '${from}'\n` : ''
}

interface Schema {
  js: string
  dts: string
  rules: ZodRule[]
}

function schemasOf(relation: Relation, lists: readonly ValueList[]): Schema[] {
  const insertable = relation.columns.filter(
    (each) => isFor(each, each.insert) && each.default !== 'auth.uid()',
  )
  const updateable = relation.columns.filter((each) => isFor(each, each.update))
  const name = camelCase(rowName(relation.name))
  return [
    ...(insertable.length > 0
      ? [
          schema(
            `${name}InsertSchema`,
            `A row that a signed-in user may insert into ${relation.name}.`,
            relation,
            insertable,
            lists,
            (each) => each.default !== null || each.nullable,
          ),
        ]
      : []),
    ...(updateable.length > 0
      ? [
          schema(
            `${name}UpdateSchema`,
            `Columns of ${relation.name} that a signed-in user may change.`,
            relation,
            updateable,
            lists,
            () => true,
          ),
        ]
      : []),
  ]
}

function isFor(column: Column, roles: readonly string[]): boolean {
  return roles.includes('authenticated') && !column.generated
}

function schema(
  name: string,
  about: string,
  relation: Relation,
  columns: readonly Column[],
  lists: readonly ValueList[],
  isOptional: (column: Column) => boolean,
): Schema {
  const properties = columns.map((column) => {
    const list = listOf(column) && lists.find(({ type }) => type === listName(relation, column))
    const rule = zodRule(column, list)
    const nullable = column.nullable ? '.nullable()' : ''
    const optional = isOptional(column) ? '.optional()' : ''
    const type = column.nullable ? `z.ZodNullable<${rule.type}>` : rule.type
    return {
      rule,
      js: `  ${key(column.name)}: ${rule.js}${nullable}${optional},\n`,
      dts: `  ${key(column.name)}: ${isOptional(column) ? `z.ZodOptional<${type}>` : type}\n`,
    }
  })
  return {
    rules: properties.map(({ rule }) => rule),
    js: `export const ${name} = z.strictObject({\n${properties.map(({ js }) => js).join('')}})\n`,
    dts: `${jsdoc([about])}export declare const ${name}: z.ZodObject<{\n${properties.map(({ dts }) => dts).join('')}}, z.core.$strict>\n`,
  }
}
