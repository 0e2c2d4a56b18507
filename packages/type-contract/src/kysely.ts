import type { DefinitionNode } from 'kysely-codegen/dist/generator/ast/definition-node.js'
import { IdentifierNode } from 'kysely-codegen/dist/generator/ast/identifier-node.js'
import { UnionExpressionNode } from 'kysely-codegen/dist/generator/ast/union-expression-node.js'
import { PostgresAdapter } from 'kysely-codegen/dist/generator/dialects/postgres/postgres-adapter.js'
import { GLOBAL_DEFINITIONS } from 'kysely-codegen/dist/generator/transformer/definitions.js'
import type { Catalog, Column, Relation } from './catalog.ts'
import { functionTypes } from './functions.ts'
import { pascalCase, rowName, type ValueList } from './names.ts'
import { namesIn, printDefinition, printType } from './print-type.ts'
import { columnDoc, HEADER, jsdoc, key } from './text.ts'
import { correctedWireType, scalarType } from './wire-types.ts'

/** kysely-codegen's types for what pg returns: Int8, Json, Numeric, Timestamp, … */
const DEFINITIONS: Readonly<Record<string, DefinitionNode>> = {
  Generated: GLOBAL_DEFINITIONS.Generated,
  ...new PostgresAdapter().definitions,
}

const COLUMN_TYPES = [
  'ColumnType',
  'Insertable',
  'PostgresInterval',
  'Selectable',
  'SelectType',
  'Updateable',
]

/** The types for Kysely and pg: kysely-codegen's, corrected where pg or the database behave otherwise. */
export function kyselyTypes(catalog: Catalog, lists: readonly ValueList[]): string {
  const tables = catalog.relations.map((relation) => tableType(relation))
  const entries = catalog.relations.map(({ name }) => `  ${key(name)}: ${tableName(name)};\n`)
  const body = [
    ...tables,
    `export interface DB {\n${entries.join('')}}\n`,
    ...catalog.relations.map(rowTypes),
    functionTypes(catalog),
  ].join('\n')
  const definitions = definitionsFor(body)
  const text = `${definitions}\n${body}`
  const imports = [
    importLine(namesIn(text, COLUMN_TYPES), '../columns.js'),
    importLine(namesIn(text, ['JsonText']), '../json.js'),
    importLine(
      namesIn(
        text,
        lists.map(({ type }) => type),
      ),
      './values.js',
    ),
  ]
  return `${HEADER}${imports.join('')}\n${text}`
}

function importLine(names: readonly string[], from: string): string {
  return names.length > 0 ? `import type { ${names.join(', ')} } from "${from}";\n` : ''
}

/** The definitions that a text uses, and those that they use; Json always, for json.d.ts and users. */
function definitionsFor(text: string): string {
  const all = Object.keys(DEFINITIONS).sort()
  const used = new Set([...namesIn(text, all), 'Json', 'JsonArray', 'JsonObject'])
  for (const name of used) for (const other of namesIn(print(name), all)) used.add(other)
  return [...used].sort().map(print).join('\n')
}

function print(name: string): string {
  const node = DEFINITIONS[name]
  return node ? printDefinition(name, node).replaceAll('IPostgresInterval', 'PostgresInterval') : ''
}

/** A table's interface; a table named as one of the definitions is gets another name. */
function tableName(relation: string): string {
  const name = pascalCase(relation)
  return name in DEFINITIONS || COLUMN_TYPES.includes(name) || name === 'DB' ? `${name}Table` : name
}

function tableType(relation: Relation): string {
  const properties = [...relation.columns]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      (column) =>
        `${jsdoc(columnDoc(column), '  ')}  ${key(column.name)}: ${columnType(relation, column)};\n`,
    )
  const comment = relation.comment === null ? '' : jsdoc([relation.comment])
  return `${comment}export interface ${tableName(relation.name)} {\n${properties.join('')}}\n`
}

function columnType(relation: Relation, column: Column): string {
  const wire = correctedWireType(relation, column)
  const orNull = column.nullable ? ' | null' : ''
  if (column.generated) {
    // Never written: the null that it may hold is part of what is read, not of the column.
    const read = wire ? printType(wire.select) : selected(scalarType(column))
    return `ColumnType<${read}${orNull}, never, never>`
  }
  const hasDefault = column.default !== null
  if (!wire) {
    const type = `${scalarType(column).name}${orNull}`
    return hasDefault ? `Generated<${type}>` : type
  }
  const insert = hasDefault
    ? new UnionExpressionNode([wire.write, new IdentifierNode('undefined')])
    : wire.write
  return `ColumnType<${[wire.select, insert, wire.write].map(printType).join(', ')}>${orNull}`
}

/** What is read of a type that has several forms. */
function selected({ name }: IdentifierNode): string {
  return name in DEFINITIONS ? `SelectType<${name}>` : name
}

function rowTypes({ name, comment, writable }: Relation): string {
  const table = tableName(name)
  const row = rowName(name)
  const about = comment === null ? [] : [comment]
  const types = [
    `${jsdoc([...about, `A row of ${name} as pg returns it.`])}export type ${row} = Selectable<${table}>;\n`,
  ]
  if (writable) {
    types.push(
      `${jsdoc([`A row to insert into ${name}.`])}export type New${row} = Insertable<${table}>;\n`,
      `${jsdoc([`Columns of ${name} to change.`])}export type ${row}Update = Updateable<${table}>;\n`,
    )
  }
  return types.join('\n')
}
