import type { Catalog, Relation } from './catalog.ts'
import type { ValueList } from './naming.ts'
import type { ContractSettings } from './settings.ts'
import { header, jsdoc, key, moduleHeader } from './text.ts'

/** A module as JavaScript and as its declarations. */
export interface Module {
  js: string
  dts: string
}

type Settings = Pick<ContractSettings, 'roles' | 'user' | 'owners' | 'command'>

/** Constants for the lists of values, their guards, `access` and `ownerColumns`. */
export function valuesModule(
  { relations }: Catalog,
  lists: readonly ValueList[],
  settings: Settings,
): Module {
  const { roles, command } = settings
  const owners = ownerColumns(relations, settings)
  return {
    js: `${moduleHeader('values', command)}${lists.map(listJs).join('\n')}
export const access = ${accessLiteral(relations, roles, JAVASCRIPT)}

export const ownerColumns = {
${owners.map((each) => `  ${each},\n`).join('')}}
`,
    dts: `${header(command)}${lists.map(listDts).join('\n')}
/** Columns that each role may read, insert and update, and whether it may delete rows: the grants of the database. */
export declare const access: ${accessLiteral(relations, roles, DECLARATION)}

/** The owner column of each table, if a user may read it. */
export declare const ownerColumns: {
${owners.map((each) => `  readonly ${each};\n`).join('')}}
`,
  }
}

/** `"vehicles": "org_id"`, for each table that the settings name, if it has the column and a user may read it. */
function ownerColumns(relations: readonly Relation[], { owners, user }: Settings): string[] {
  return relations.flatMap(({ name, columns }) => {
    const owner = columns.find((column) => column.name === owners[name] && column.select.includes(user))
    return owner ? [`${JSON.stringify(name)}: ${JSON.stringify(owner.name)}`] : []
  })
}

function listJs({ constant, guard, values }: ValueList): string {
  return `export const ${constant} = ${JSON.stringify(values)}

export function ${guard}(value) {
  return ${constant}.includes(value)
}
`
}

function listDts({ type, constant, guard, values, columns }: ValueList): string {
  const where = columns.join(', ')
  const members = values.map((value) => JSON.stringify(value))
  return `${jsdoc([`Values of ${where}.`])}export type ${type} = ${members.join(' | ')}

${jsdoc([`Values of ${where}, in the database's order.`])}export declare const ${constant}: readonly [${members.join(', ')}]

${jsdoc([`Whether a value is one of ${constant}.`, '', ...example(guard, values)])}export declare function ${guard}(value: unknown): value is ${type}
`
}

function example(guard: string, values: readonly string[]): string[] {
  const first = values.slice(0, 1).map((value) => `${guard}(${JSON.stringify(value)}) // → true`)
  return ['@example', ...first, `${guard}(undefined) // → false`]
}

/** How a value, or its type, is written. */
interface Syntax {
  property: string
  array: string
  end: string
}
const JAVASCRIPT: Syntax = { property: '', array: '', end: ',' }
const DECLARATION: Syntax = { property: 'readonly ', array: 'readonly ', end: ';' }

/** The access of each role by relation, indented, with arrays on one line. */
function accessLiteral(relations: readonly Relation[], roles: readonly string[], syntax: Syntax): string {
  const { property, end } = syntax
  const tables = relations.map((relation) => {
    const lines = roles.map(
      (role) => `    ${property}${key(role)}: {\n${actions(relation, role, syntax)}    }${end}\n`,
    )
    return `  ${property}${JSON.stringify(relation.name)}: {\n${lines.join('')}  }${end}\n`
  })
  return `{\n${tables.join('')}}`
}

function actions({ columns, ...relation }: Relation, role: string, { property, array, end }: Syntax): string {
  const list = (action: 'select' | 'insert' | 'update') => {
    const names = columns
      .filter((column) => column[action].includes(role) && (action === 'select' || !column.generated))
      .map(({ name }) => JSON.stringify(name))
    return `      ${property}${action}: ${array}[${names.join(', ')}]${end}\n`
  }
  const mayDelete = `      ${property}delete: ${relation.delete.includes(role)}${end}\n`
  return list('select') + list('insert') + list('update') + mayDelete
}
