import type { TypeRow } from './types-query.ts'

/** A type with domains resolved: both pg and PostgREST see a domain's base type. */
export interface PgType {
  id: number
  schema: string
  name: string
  /** The name of one of PostgreSQL's own types, which drivers know: `int8`. Other types are text to pg. */
  builtin: string | undefined
  kind: TypeRow['kind']
  /** The element type of an array. */
  element: PgType | undefined
  /** Whether pg knows the array type by its oid. It does not know arrays of domains and user-defined types. */
  builtinArray: boolean
  labels: readonly string[]
  attributes: readonly { name: string; type: PgType }[]
  relation: number | undefined
}

/** What a domain adds to its base type. */
export interface DomainRules {
  notNull: boolean
  default: string | null
  checks: TypeRow['checks']
  /** The base type of all nested domains in SQL, with its length or precision. */
  sql: string | null
}

export interface TypesById {
  resolve(id: number): PgType
  domainRules(id: number): DomainRules
}

/** Types by oid. */
export function typesById(rows: readonly TypeRow[]): TypesById {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const resolved = new Map<number, PgType>()

  function domains(id: number): TypeRow[] {
    const row = byId.get(id)
    return row?.kind === 'd' && row.base !== null ? [row, ...domains(row.base)] : []
  }

  function resolve(id: number): PgType {
    const below = domains(id).at(-1)?.base ?? id
    const known = resolved.get(below)
    if (known) return known
    const row = byId.get(below)
    const type: PgType = {
      id: below,
      schema: row?.schema ?? '',
      name: row?.name ?? 'unknown',
      builtin: row?.schema === 'pg_catalog' ? row.name : undefined,
      kind: row?.kind ?? 'p',
      element: undefined,
      builtinArray: false,
      labels: row?.labels ?? [],
      attributes: [],
      relation: row?.relation ?? undefined,
    }
    // Registered before its parts, because a table may have a column that is an array of its own row type.
    resolved.set(below, type)
    const element = row?.element ?? undefined
    const parts = row?.attributes ?? []
    type.element = element === undefined ? undefined : resolve(element)
    type.builtinArray = type.builtin !== undefined && type.builtin === `_${type.element?.builtin}`
    type.attributes = parts.map((part) => ({ name: part.name, type: resolve(part.type) }))
    return type
  }

  return {
    resolve,
    domainRules(id) {
      const chain = domains(id)
      return {
        notNull: chain.some(({ notNull }) => notNull),
        default: chain.find((each) => each.default !== null)?.default ?? null,
        checks: chain.flatMap(({ checks }) => checks),
        sql: chain.at(-1)?.baseSql ?? null,
      }
    },
  }
}
