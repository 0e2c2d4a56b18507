import { API_ROLES } from 'rls-judge/intent.ts'
import { ignoredSchemas, type Platform } from 'rls-judge/platform.ts'
import type { Catalog, CatalogObject, Scope } from 'schema-change/catalog/object.ts'

/** Kinds of objects without a schema. They are not compared on a platform that this project did not create. */
const WHOLE_SERVER: readonly string[] = [
  'cast',
  'database',
  'default privilege',
  'default privileges',
  'event trigger',
  'extension',
  'foreign data wrapper',
  'foreign server',
  'language',
  'membership',
  'publication',
  'role',
  'schema',
  'setting',
  'subscription',
]

/** On Supabase, the project's owner does not own schema public and is granted USAGE. */
const OWNERS_SCHEMA = 'postgres: usage on schema public'

/** The scope of the comparison: everything if this project created the platform, otherwise the project's schemas. */
export function driftScope(platform: Platform): Scope {
  const theirs = platform.name === 'bootstrap' ? [] : platform.schemas
  return { foreignSchemas: ['dbmate', ...ignoredSchemas(platform), ...theirs], roles: API_ROLES }
}

/** Leaves out what belongs to the platform. */
export function withoutPlatform(catalog: Catalog, platform: Platform): Catalog {
  if (platform.name === 'bootstrap') return catalog
  const isTheirs = ({ kind, name }: CatalogObject) =>
    WHOLE_SERVER.includes(kind) ||
    name.endsWith(' on the database') ||
    / on parameter \S+$/.test(name) ||
    name === OWNERS_SCHEMA
  return new Map([...catalog].filter(([, object]) => !isTheirs(object)))
}

/** The catalog as an older server has it. @param version `server_version_num` */
export function asOfVersion(catalog: Catalog, version: number): Catalog {
  // MAINTAIN is new in PostgreSQL 17.
  const isLater = ({ kind, name }: CatalogObject) =>
    version < 170_000 && kind === 'default privilege' && name.includes(': maintain on ')
  return new Map([...catalog].filter(([, object]) => !isLater(object)))
}

/** The catalog as it would be if another role had run the migrations. */
export function withOwner(catalog: Catalog, from: string, to: string): Catalog {
  if (from === to) return catalog
  return new Map(
    [...catalog.values()]
      .map((object) => renameOwner(object, from, to))
      .map((object) => [`${object.kind} ${object.name}`, object]),
  )
}

/** The object as it would be if another role owned it. */
export function renameOwner(
  { name, facts, ...object }: CatalogObject,
  from: string,
  to: string,
): CatalogObject {
  return {
    ...object,
    name: name.replace(` of ${from} in `, ` of ${to} in `),
    facts: facts.owner === from ? { ...facts, owner: to } : facts,
  }
}
