import type { Catalog, Relation, Role } from './catalog.ts'
import type { ValueList } from './names.ts'
import { HEADER, jsdoc, moduleHeader } from './text.ts'

/** A module as JavaScript and as its declarations. */
export interface Module {
  js: string
  dts: string
}

/** Constants of the lists of values, their guards, and `access`. */
export function valuesModule(catalog: Catalog, lists: readonly ValueList[]): Module {
  const access = literal(Object.fromEntries(catalog.relations.map((each) => [each.name, accessOf(each)])))
  return {
    js: `${moduleHeader('values')}${lists.map(listJs).join('\n')}
export const access = ${access}
`,
    dts: `${HEADER}${lists.map(listDts).join('\n')}
/** Columns that each role may read, insert and update, and whether it may delete rows: the grants of the database. */
export declare const access: ${readonly(access)}
`,
  }
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

${jsdoc([`Whether it is one of ${constant}.`])}export declare function ${guard}(value: unknown): value is ${type}
`
}

type Access = Record<'select' | 'insert' | 'update', string[]> & { delete: boolean }

function accessOf({ columns, ...relation }: Relation): Record<Role, Access> {
  const of = (role: Role): Access => ({
    select: columns.filter((column) => column.select.includes(role)).map(({ name }) => name),
    insert: columns
      .filter((column) => !column.generated && column.insert.includes(role))
      .map(({ name }) => name),
    update: columns
      .filter((column) => !column.generated && column.update.includes(role))
      .map(({ name }) => name),
    delete: relation.delete.includes(role),
  })
  return { anon: of('anon'), authenticated: of('authenticated'), service_role: of('service_role') }
}

/** JSON, indented, with arrays on one line. */
function literal(value: Record<string, Record<string, Access>>): string {
  const tables = Object.entries(value).map(([table, roles]) => {
    const lines = Object.entries(roles).map(([role, access]) => {
      const actions = Object.entries(access).map(
        ([action, what]) => `      ${action}: ${Array.isArray(what) ? list(what) : what},\n`,
      )
      return `    ${role}: {\n${actions.join('')}    },\n`
    })
    return `  ${JSON.stringify(table)}: {\n${lines.join('')}  },\n`
  })
  return `{\n${tables.join('')}}`
}

function list(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(', ')}]`
}

/** The literal as the type that `as const` would give it. */
function readonly(access: string): string {
  return access
    .replace(/^( +)("?\w+"?): /gm, '$1readonly $2: ')
    .replace(/: \[/g, ': readonly [')
    .replace(/,$/gm, ';')
}
