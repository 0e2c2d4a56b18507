import { pgTypeToTsType } from '@supabase/postgrest-typegen/generation'
import type { PgType } from './pg-type.ts'
import type { GeneratorMetadata } from './typegen-introspection.ts'

/** The types that PostgREST returns and accepts, which follow from PostgreSQL's to_json. */
export interface PostgrestTypes {
  /** The type as written inside the generated `Database`. */
  expression(type: PgType): string
  /** The same with composite types expanded, so that a contract shows changes inside them. */
  contract(type: PgType): string
}

/** The types of a schema that PostgREST serves. */
export function postgrestTypes(metadata: GeneratorMetadata, schema: string): PostgrestTypes {
  const served = metadata.schemas.find(({ name }) => name === schema)
  const ofLibrary = (name: string, owner: string) =>
    served ? pgTypeToTsType(served, name, metadata, owner) : 'unknown'
  const inDatabase = (kind: string, name: string) =>
    `Database[${JSON.stringify(schema)}][${JSON.stringify(kind)}][${JSON.stringify(name)}]`
  const relationKind = (id: number): string | undefined => {
    if ([...metadata.tables, ...metadata.foreignTables].some((each) => each.id === id)) return 'Tables'
    return [...metadata.views, ...metadata.materializedViews].some((each) => each.id === id)
      ? 'Views'
      : undefined
  }

  function ofUsers(type: PgType): string {
    if (type.kind === 'r' || type.kind === 'm') return 'string'
    if (type.kind === 'e') {
      if (type.labels.length === 0) return 'never'
      return type.schema === schema
        ? inDatabase('Enums', type.name)
        : type.labels.map((label) => JSON.stringify(label)).join(' | ')
    }
    if (type.kind === 'c') {
      if (type.schema !== schema || type.attributes.length === 0) return 'unknown'
      if (type.relation === undefined) return inDatabase('CompositeTypes', type.name)
      const kind = relationKind(type.relation)
      return kind ? `${inDatabase(kind, type.name)}["Row"]` : 'unknown'
    }
    // For a base type of an extension, its cast to json determines the type. The library knows citext and vector.
    return type.name.startsWith('_') ? 'unknown' : ofLibrary(type.name, type.schema)
  }

  function expression(type: PgType): string {
    if (type.element) return `(${expression(type.element)} | null)[]`
    if (type.builtin === undefined) return ofUsers(type)
    const known = ofLibrary(type.builtin, 'pg_catalog')
    // to_json converts PostgreSQL's other types to text.
    return known === 'unknown' && type.kind !== 'p' ? 'string' : known
  }

  function contract(type: PgType, within: readonly PgType[] = []): string {
    if (type.element) return `(${contract(type.element, within)})[]`
    if (type.builtin !== undefined) return ofLibrary(type.builtin, 'pg_catalog')
    if (type.kind !== 'c' || within.includes(type)) return ofUsers(type)
    const parts = type.attributes.map(
      (each) => `${JSON.stringify(each.name)}: ${contract(each.type, [...within, type])}`,
    )
    return `{ ${parts.join(', ')} }`
  }

  return { expression, contract: (type) => contract(type) }
}
