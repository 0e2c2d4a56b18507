import type { Catalog, Column, Relation } from './catalog.ts'
import type { Names } from './naming.ts'
import type { ContractSettings } from './settings.ts'
import { header, jsdoc, key, moduleHeader } from './text.ts'
import type { Module } from './values.ts'
import { type ZodRule, zodRule } from './zod-rule.ts'

type Settings = Pick<ContractSettings, 'user' | 'callerDefaults' | 'command'>

/** Schemas for what a signed-in user may insert and update, from the grants and CHECKs of the database. */
export function zodModule(catalog: Catalog, names: Names, settings: Settings): Module {
  const { command } = settings
  const schemas = catalog.relations.flatMap((relation) => schemasOf(relation, names, settings))
  const used = [...new Set(schemas.flatMap(({ rules }) => rules.flatMap(({ uses }) => uses)))].sort()
  const constants = [
    ...new Set(schemas.flatMap(({ rules }) => rules.flatMap(({ constant }) => constant ?? []))),
  ].sort()
  const types = [...new Set(schemas.flatMap(({ rules }) => rules.flatMap(({ imports }) => imports)))].sort()
  const fromValues = types.filter((type) => names.lists.some((list) => list.type === type))
  const fromDb = types.filter((type) => !fromValues.includes(type))
  return {
    js: [
      `${moduleHeader('zod', command)}import { z } from 'zod'\n`,
      importLine('import', used, '../zod-rules.js'),
      importLine('import', constants, './values.js'),
      `\n${schemas.map(({ js }) => js).join('\n')}`,
    ].join(''),
    dts: [
      `${header(command)}import type { z } from 'zod'\n`,
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

function schemasOf(relation: Relation, names: Names, { user, callerDefaults }: Settings): Schema[] {
  const { insertSchema, updateSchema } = names.of(relation)
  const insertable = relation.columns.filter(
    (each) =>
      relation.insertable &&
      each.insert.includes(user) &&
      !each.generated &&
      (each.default === null || !callerDefaults.includes(each.default)),
  )
  const updateable = relation.columns.filter(
    (each) => relation.updatable && each.update.includes(user) && !each.generated,
  )
  const insert = () =>
    schema(
      insertSchema,
      `A row that a signed-in user may insert into ${relation.name}.`,
      insertable,
      names,
      (each) => each.default !== null || each.nullable,
    )
  const update = () =>
    schema(
      updateSchema,
      `Columns of ${relation.name} that a signed-in user may change.`,
      updateable,
      names,
      () => true,
    )
  return [...(insertable.length > 0 ? [insert()] : []), ...(updateable.length > 0 ? [update()] : [])]
}

function schema(
  name: string,
  about: string,
  columns: readonly Column[],
  names: Names,
  isOptional: (column: Column) => boolean,
): Schema {
  const properties = columns.map((column) => {
    const rule = zodRule(column, names.listOf(column))
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
