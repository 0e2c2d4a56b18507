import type { Catalog, Column, Relation } from './catalog.ts'
import { DRIVER_TYPE_NAMES, definitionsFor, namesIn, scalarType } from './driver-types.ts'
import { functionTypes } from './functions.ts'
import type { Names } from './naming.ts'
import type { ContractSettings } from './settings.ts'
import { columnDoc, header, jsdoc, key } from './text.ts'
import { columnWireType, union } from './wire-types.ts'

const COLUMN_TYPES = [
  'ColumnType',
  'Insertable',
  'PostgresInterval',
  'Selectable',
  'SelectType',
  'Updateable',
]

/** The types for Kysely and pg. */
export function kyselyTypes(
  catalog: Catalog,
  names: Names,
  { command }: Pick<ContractSettings, 'command'>,
): string {
  const entries = catalog.relations.map((each) => `  ${key(each.name)}: ${names.of(each).table};\n`)
  const body = [
    ...catalog.relations.map((relation) => tableType(relation, names)),
    `export interface DB {\n${entries.join('')}}\n`,
    ...catalog.relations.map((relation) => rowTypes(relation, names)),
    functionTypes(catalog, names),
  ].join('\n')
  const text = `${definitionsFor(body)}\n${body}`
  const imports = [
    importLine(namesIn(text, COLUMN_TYPES), '../columns.js'),
    importLine(namesIn(text, ['JsonText']), '../json.js'),
    importLine(
      namesIn(
        text,
        names.lists.map(({ type }) => type),
      ),
      './values.js',
    ),
  ]
  return `${header(command)}${imports.join('')}\n${text}`
}

function importLine(names: readonly string[], from: string): string {
  return names.length > 0 ? `import type { ${names.join(', ')} } from "${from}";\n` : ''
}

function tableType(relation: Relation, names: Names): string {
  const properties = [...relation.columns]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((column) => {
      const type = columnType(column, names.listOf(column)?.type)
      return `${jsdoc(columnDoc(column), '  ')}  ${key(column.name)}: ${type};\n`
    })
  const comment = relation.comment === null ? '' : jsdoc([relation.comment])
  return `${comment}export interface ${names.of(relation).table} {\n${properties.join('')}}\n`
}

/** The type of a column in a table of `DB`. */
export function columnType(column: Column, list: string | undefined): string {
  const wire = columnWireType(column, list)
  const scalar = scalarType(column.type)
  const alias = scalar.alias ?? scalar.select
  const orNull = column.nullable ? ' | null' : ''
  if (column.generated) {
    // The column is never written, so null belongs only to the type that is read.
    const read = wire?.select ?? selected(alias)
    return `ColumnType<${read}${orNull}, never, never>`
  }
  const hasDefault = column.default !== null
  if (!wire) return hasDefault ? `Generated<${alias}${orNull}>` : `${alias}${orNull}`
  const insert = hasDefault ? union([...wire.write.split(' | '), 'undefined']) : wire.write
  return `ColumnType<${wire.select}, ${insert}, ${wire.write}>${orNull}`
}

/** The type that is read, for a type that is read and written differently. */
function selected(alias: string): string {
  return DRIVER_TYPE_NAMES.includes(alias) ? `SelectType<${alias}>` : alias
}

function rowTypes(relation: Relation, names: Names): string {
  const { table, row, insert, update } = names.of(relation)
  const { name, comment } = relation
  const about = comment === null ? [] : [comment]
  const types = [
    `${jsdoc([...about, `A row of ${name} as pg returns it.`])}export type ${row} = Selectable<${table}>;\n`,
  ]
  if (relation.insertable) {
    types.push(`${jsdoc([`A row to insert into ${name}.`])}export type ${insert} = Insertable<${table}>;\n`)
  }
  if (relation.updatable) {
    types.push(`${jsdoc([`Columns of ${name} to change.`])}export type ${update} = Updateable<${table}>;\n`)
  }
  return types.join('\n')
}
