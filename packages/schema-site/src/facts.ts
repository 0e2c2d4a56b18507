import type { Model, Table } from './model.ts'

/** One line per object of a schema. Two states are compared by these lines. */
export function schemaFacts({ tables, functions }: Model): Map<string, string> {
  return new Map([
    ...tables.flatMap(tableFacts),
    ...functions.map(({ signature, definition }): [string, string] => [`function ${signature}`, definition]),
  ])
}

const UNPROTECTED: Readonly<Record<Table['kind'], string>> = {
  table: 'row level security is off',
  view: 'reads with the rights of its owner',
}

function tableFacts(table: Table): [string, string][] {
  const on = `on ${table.name}`
  return [
    [`${table.kind} ${table.name}`, table.rls ? '' : UNPROTECTED[table.kind]],
    ...table.columns.map(({ name, type, nullable, default: initial, generated }): [string, string] => [
      `column ${table.name}.${name}`,
      [
        type,
        !nullable && 'not null',
        initial !== null && `default ${initial}`,
        generated !== null && `generated as ${generated}`,
      ]
        .filter(Boolean)
        .join(' '),
    ]),
    ...table.constraints.map(({ name, definition }): [string, string] => [
      `constraint ${name} ${on}`,
      definition,
    ]),
    ...table.indexes.map(({ name, definition }): [string, string] => [`index ${name} ${on}`, definition]),
    ...table.triggers.map(({ name, definition }): [string, string] => [`trigger ${name} ${on}`, definition]),
    ...table.policies.map(({ name, command, roles, using, check }): [string, string] => [
      `policy ${name} ${on}`,
      [`for ${command} to ${roles.join(', ')}`, using && `using ${using}`, check && `with check ${check}`]
        .filter(Boolean)
        .join(' '),
    ]),
  ]
}

export interface Difference {
  added: { name: string; now: string }[]
  changed: { name: string; before: string; now: string }[]
  removed: { name: string; before: string }[]
}

/** The added, removed and changed entries. */
export function differenceOf(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Difference {
  const difference: Difference = { added: [], changed: [], removed: [] }
  for (const [name, value] of now) {
    const old = before.get(name)
    if (old === undefined) difference.added.push({ name, now: value })
    else if (old !== value) difference.changed.push({ name, before: old, now: value })
  }
  for (const [name, value] of before) if (!now.has(name)) difference.removed.push({ name, before: value })
  return difference
}

export function isEmpty({ added, changed, removed }: Difference): boolean {
  return added.length + changed.length + removed.length === 0
}
