import pluralize from 'pluralize'
import { failed } from 'postgres-kit/failure.ts'
import type { Catalog, Column, Relation } from './catalog.ts'

/** usage_events → UsageEvents */
export function pascalCase(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

/** usage_events → usageEvents */
export function camelCase(name: string): string {
  const pascal = pascalCase(name)
  return pascal.charAt(0).toLowerCase() + pascal.slice(1)
}

/** A row's name: usage_events → UsageEvent, and news → NewsRow, where one and many are the same word. */
export function rowName(relation: string): string {
  const plural = pascalCase(relation)
  const singular = pascalCase(pluralize.singular(relation))
  return singular === plural ? `${singular}Row` : singular
}

/** A column whose CHECK lists its values, or an enum type, as a type and a constant. */
export interface ValueList {
  /** ProcessingStatus */
  type: string
  /** PROCESSING_STATUSES */
  constant: string
  /** isProcessingStatus */
  guard: string
  values: readonly string[]
  /** `documents.processing_status`, every column that has the list. */
  columns: string[]
}

/**
 * The lists of values, with their names: that of the column where it says what it is (`plan_type`), else that of the
 * row and the column (`agent_requests.status` → AgentRequestStatus).
 *
 * @throws Failure (1) where two different lists would have one name
 */
export function valueLists(catalog: Catalog): ValueList[] {
  const lists = new Map<string, ValueList>()
  for (const relation of catalog.relations) {
    for (const column of relation.columns) {
      const values = listOf(column)
      if (!values) continue
      const type = listName(relation, column)
      const path = `${relation.name}.${column.name}`
      const known = lists.get(type)
      if (known && known.values.join('\0') !== values.join('\0')) {
        throw failed(
          `${known.columns[0]} and ${path} allow different values under one name, ${type}: rename one`,
        )
      }
      if (known) known.columns.push(path)
      else {
        const constant = words(pluralize.plural(snakeCase(type)))
          .join('_')
          .toUpperCase()
        lists.set(type, { type, constant, guard: `is${type}`, values, columns: [path] })
      }
    }
  }
  return [...lists.values()].sort((a, b) => (a.type < b.type ? -1 : 1))
}

/** The values that a column may hold, in the order of its CHECK or enum type; undefined for any. */
export function listOf(column: Column): readonly string[] | undefined {
  if (column.enum.length > 0) return column.enum
  for (const rule of column.rules) if (rule.kind === 'list') return rule.values
  return undefined
}

/** The type's name of a column that has a list of values. */
export function listName(relation: Relation, column: Column): string {
  if (column.enum.length > 0) return pascalCase(column.type.replace(/^_/, ''))
  return words(column.name).length > 1
    ? pascalCase(column.name)
    : pascalCase(`${pluralize.singular(relation.name)}_${column.name}`)
}

function words(name: string): string[] {
  return name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

function snakeCase(pascal: string): string {
  return pascal.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()
}
