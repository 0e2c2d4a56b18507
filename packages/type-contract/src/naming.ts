import pluralize from 'pluralize'
import { failed } from 'postgres-kit/failure.ts'
import type { Catalog, Column, Relation } from './catalog.ts'
import { nameClaims } from './claims.ts'
import { DRIVER_TYPE_NAMES } from './driver-types.ts'
import { camelCase, constantName, hasSeveralWords, pascalCase, rowName } from './names.ts'
import type { ContractSettings } from './settings.ts'
import { quoted } from './text.ts'
import { refuseUnusableNames } from './unusable-names.ts'

/** Names of the modules that every package has, and of globals that the generated types use. */
const TAKEN: ReadonlySet<string> = new Set([
  ...DRIVER_TYPE_NAMES,
  'ColumnType',
  'DB',
  'Date',
  'InsertType',
  'Insertable',
  'JsonText',
  'PostgresInterval',
  'SelectType',
  'Selectable',
  'Uint8Array',
  'UpdateType',
  'Updateable',
  'access',
  'ownerColumns',
  'toJson',
])

/** A column whose CHECK lists its values, or an enum type, as a type and a constant. */
export interface ValueList {
  /** OrderState */
  type: string
  /** ORDER_STATES */
  constant: string
  /** isOrderState */
  guard: string
  values: readonly string[]
  /** Every column that has the list, such as `orders.order_state`. */
  columns: string[]
}

export interface RelationNames {
  table: string
  row: string
  insert: string
  update: string
  insertSchema: string
  updateSchema: string
}

/** TypeScript names for all objects of the catalog. */
export interface Names {
  of(relation: Relation): RelationNames
  /** Prefix of the names of a function's types. */
  ofFunction(name: string): string
  /** The list of values of a column, or of its enum type. */
  listOf(column: Column): ValueList | undefined
  listOfEnum(id: number): ValueList | undefined
  lists: readonly ValueList[]
}

/**
 * Chooses TypeScript names. Each depends only on the object's own name, so that a new table never renames the types of
 * an existing one.
 *
 * @throws Failure (1) with every name that two objects would share, and every name that cannot be used
 */
export function nameEverything(
  catalog: Catalog,
  settings: Pick<ContractSettings, 'names' | 'reserved' | 'schema'>,
): Names {
  refuseUnusableNames(catalog, settings.schema)
  const given = new Map(Object.entries(settings.names))
  const taken = new Set([...TAKEN, ...settings.reserved])
  const free = (name: string, suffix: string): string =>
    taken.has(name) ? free(`${name}${suffix}`, suffix) : name
  const claims = nameClaims()

  const relations = new Map(
    catalog.relations.map((relation) => {
      const name = given.get(relation.name) ?? relation.name
      const row = free(rowName(name), 'Row')
      const camel = camelCase(row)
      const names: RelationNames = {
        table: free(pascalCase(name), 'Table'),
        row,
        insert: `New${row}`,
        update: `${row}Update`,
        insertSchema: `${camel}InsertSchema`,
        updateSchema: `${camel}UpdateSchema`,
      }
      const shown = quoted(relation.name)
      const thing = `table ${shown}`
      claims.claim(names.table, thing, thing)
      claims.claim(names.row, `a row of ${shown}`, thing)
      if (relation.insertable) claims.claim(names.insert, `a new row of ${shown}`, thing)
      if (relation.updatable) claims.claim(names.update, `changes of ${shown}`, thing)
      claims.claim(names.insertSchema, `the schema of a new row of ${shown}`, thing)
      claims.claim(names.updateSchema, `the schema of changes of ${shown}`, thing)
      return [relation.id, names]
    }),
  )

  const functions = new Map(
    [...new Set(catalog.functions.map(({ name }) => name))].map((name) => {
      const base = pascalCase(given.get(name) ?? name)
      const shown = `function ${quoted(name)}`
      for (const suffix of ['Args', 'Row', 'Result']) {
        const ofSuffix = catalog.functions.some(
          (each) =>
            each.name === name && (suffix === 'Args' || (suffix === 'Row') === (each.columns !== undefined)),
        )
        if (ofSuffix) claims.claim(`${base}${suffix}`, shown, shown)
      }
      return [name, base]
    }),
  )

  const lists = new Map<string, ValueList>()
  const enums = new Map<number, ValueList>()
  const columns = new Map<Column, ValueList>()
  for (const relation of catalog.relations) {
    for (const column of relation.columns) {
      const values = valuesOf(column)
      if (!values) continue
      const type = free(listName(relation, column, given), 'Value')
      const path = `${quoted(relation.name)}.${quoted(column.name)}`
      const known = lists.get(type)
      const same = known?.values.join('\0') === values.join('\0')
      const list = (same && known) || {
        type,
        constant: constantName(type),
        guard: `is${type}`,
        values,
        columns: [],
      }
      list.columns.push(path)
      columns.set(column, list)
      const enumType = enumOf(column)
      if (enumType) enums.set(enumType.id, list)
      if (list === known) continue
      lists.set(type, list)
      const owner = `the values of ${path}`
      // In a script without capitals, the type and the constant have the same name, which TypeScript allows.
      for (const name of new Set([list.type, list.constant, list.guard])) claims.claim(name, owner, owner)
    }
  }

  const problems = claims.problems(taken)
  if (problems.length > 0) {
    throw failed(
      `schema ${settings.schema}: several objects have the same TypeScript name\n${problems.join('\n')}\nRename one, or set another TypeScript name for one in the settings' "names"`,
    )
  }
  const known = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('not of the catalog that was named')
    return value
  }
  return {
    of: (relation) => known(relations.get(relation.id)),
    ofFunction: (name) => known(functions.get(name)),
    listOf: (column) => columns.get(column),
    listOfEnum: (id) => enums.get(id),
    lists: [...lists.values()].sort((a, b) => (a.type < b.type ? -1 : 1)),
  }
}

/** The values that a column may hold, in the order of its CHECK or enum type; undefined for any. */
export function valuesOf(column: Column): readonly string[] | undefined {
  const labels = enumOf(column)?.labels
  if (labels) return labels
  for (const rule of column.rules) if (rule.kind === 'list') return rule.values
  return undefined
}

/** The enum type of a column or of its elements, if it has values. */
function enumOf({ type }: Column) {
  const inner = type.element ?? type
  return inner.labels.length > 0 ? inner : undefined
}

/**
 * The type name for a column with a list of values: the name of its enum type; of the column, if it has several words
 * (`order_state`); otherwise of the row and the column (`parcels.size` → ParcelSize).
 */
function listName(relation: Relation, column: Column, given: ReadonlyMap<string, string>): string {
  const enumType = enumOf(column)
  if (enumType) return pascalCase(given.get(enumType.name) ?? enumType.name)
  const other = given.get(`${relation.name}.${column.name}`)
  if (other !== undefined) return pascalCase(other)
  return hasSeveralWords(column.name)
    ? pascalCase(column.name)
    : pascalCase(`${pluralize.singular(given.get(relation.name) ?? relation.name)}_${column.name}`)
}
