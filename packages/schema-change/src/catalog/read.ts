import type pg from 'pg'
import { FUNCTIONS, OTHERS, SCHEMA_OBJECTS, TYPES } from './code.ts'
import type { Catalog, Scope } from './object.ts'
import { DEFAULT_PRIVILEGES, GRANTS, LOST } from './privileges.ts'
import {
  COLUMNS,
  CONSTRAINTS,
  INDEXES,
  POLICIES,
  RELATIONS,
  RULES,
  STATISTICS,
  TRIGGERS,
} from './relations.ts'
import { DATABASE, EVENTS, EXTENSIONS, ROLES, SETTINGS } from './server.ts'

const QUERIES: readonly string[] = [
  RELATIONS,
  COLUMNS,
  CONSTRAINTS,
  INDEXES,
  POLICIES,
  TRIGGERS,
  RULES,
  STATISTICS,
  SCHEMA_OBJECTS,
  FUNCTIONS,
  TYPES,
  OTHERS,
  ...GRANTS,
  LOST,
  DEFAULT_PRIVILEGES,
  EXTENSIONS,
  ROLES,
  SETTINGS,
  DATABASE,
  EVENTS,
]

// The WHERE clause uses $1 and $2, because PostgreSQL cannot infer the type of an unused parameter.
const OBJECTS = `
  select kind, name, "table", jsonb_strip_nulls(facts) as facts
  from (${QUERIES.join('\nunion all\n')}) as objects (kind, name, "table", facts)
  where $1::text[] is not null and $2::text[] is not null
  order by kind, name`

interface Row {
  kind: string
  name: string
  table: string | null
  facts: Record<string, unknown>
}

/**
 * Reads every object of a database. Sets an empty search_path, so that every name is qualified, and does not restore the
 * old one.
 */
export async function readCatalog(client: pg.ClientBase, { foreignSchemas, roles }: Scope): Promise<Catalog> {
  await client.query("set search_path = ''")
  const { rows } = await client.query<Row>(OBJECTS, [foreignSchemas, roles])
  return new Map(
    rows.map(({ kind, name, table, facts }) => [
      `${kind} ${name}`,
      {
        kind,
        name,
        table: table ?? undefined,
        facts: Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, String(value)])),
      },
    ]),
  )
}
