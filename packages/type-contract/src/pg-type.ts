import type { TypeRow } from './types-query.ts'

/** A type as a driver meets it: domains are gone, since both pg and PostgREST see what they are over. */
export interface PgType {
  id: number
  schema: string
  name: string
  /** The name where it is one of PostgreSQL's own types, which drivers know: `int8`. Others are text to pg. */
  builtin: string | undefined
  kind: TypeRow['kind']
  /** Element of an array. */
  element: PgType | undefined
  /** An array that pg knows by its number: not one of domains, nor of types that users made. */
  builtinArray: boolean
  labels: readonly string[]
  attributes: readonly { name: string; type: PgType }[]
  relation: number | undefined
}

/** What a domain adds to the type it is over. */
export interface DomainRules {
  notNull: boolean
  default: string | null
  checks: TypeRow['checks']
  /** The type below all domains as SQL writes it, with its length or precision. */
  sql: string | null
}

export interface TypesById {
  resolve(id: number): PgType
  domainRules(id: number): DomainRules
}

/** Types by their number. */
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
    // Known before its parts are: a table may have a column of its own row type's array.
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
