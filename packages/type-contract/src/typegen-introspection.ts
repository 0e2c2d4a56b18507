import type { GeneratorMetadata } from '@supabase/postgrest-typegen'
import type pg from 'pg'
// Imports the introspection of @supabase/postgrest-typegen from its files. Its entry module loads arktype, which doubles
// the time of the command, and sends ten queries at once over one connection, which pg 9 will refuse
// (docs/decisions/0011). The version is pinned, and test/introspection.test.ts compares the result with the entry module's.
import { normalizeRows } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/normalize.js'
import { listRelationships } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/relationships.js'
import { COLUMNS_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/columns.sql.js'
import { FOREIGN_TABLES_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/foreign_tables.sql.js'
import { FUNCTIONS_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/functions.sql.js'
import { filterByList } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/helpers.js'
import { MATERIALIZED_VIEWS_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/materialized_views.sql.js'
import { PRIMARY_KEYS_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/primary_keys.sql.js'
import { SCHEMAS_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/schemas.sql.js'
import { TABLES_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/table.sql.js'
import { TYPES_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/types.sql.js'
import { VIEWS_SQL } from '../../../node_modules/@supabase/postgrest-typegen/dist/introspection/sql/views.sql.js'

export type { GeneratorMetadata }

/** What @supabase/postgrest-typegen reads from the catalog, for one schema. */
export async function introspectForTypegen(
  client: pg.ClientBase,
  schema: string,
): Promise<GeneratorMetadata> {
  const schemaFilter = filterByList([schema])
  const rows = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> => {
    const result = await client.query<T>(sql)
    normalizeRows(result.rows)
    return result.rows
  }
  const functions = await rows<GeneratorMetadata['functions'][number]>(FUNCTIONS_SQL({ schemaFilter }))
  return {
    version: 1,
    schemas: await rows(SCHEMAS_SQL({ schemaFilter })),
    tables: await rows(TABLES_SQL({ schemaFilter })),
    foreignTables: await rows(FOREIGN_TABLES_SQL({ schemaFilter })),
    views: await rows(VIEWS_SQL({ schemaFilter })),
    materializedViews: await rows(MATERIALIZED_VIEWS_SQL({ schemaFilter })),
    columns: await rows(COLUMNS_SQL({ schemaFilter })),
    primaryKeys: await rows(PRIMARY_KEYS_SQL({ schemaFilter })),
    relationships: await listRelationships(client, schemaFilter),
    functions: functions.filter(
      (each) => each.return_type !== 'trigger' && each.return_type !== 'event_trigger',
    ),
    types: await rows(TYPES_SQL),
  }
}
