import type { ConnectionString } from '../../db/connection-string.ts'
import { withOwnerClient } from '../../db/owner-client.ts'
import { readCatalog } from './catalog.ts'
import { kyselyTypes } from './kysely.ts'
import { valueLists } from './names.ts'
import { supabaseModule } from './supabase.ts'
import { valuesModule } from './values.ts'

/** Text of every generated file, by its path in the repository. */
export type GeneratedFiles = ReadonlyMap<string, string>

/** Makes the published types from the database as it is. Writes nothing. */
export async function generateTypes(database: ConnectionString): Promise<GeneratedFiles> {
  const catalog = await withOwnerClient(database, readCatalog)
  const lists = valueLists(catalog)
  const values = valuesModule(catalog, lists)
  const supabase = await supabaseModule(catalog)
  return new Map([
    ['types/src/generated/db.d.ts', kyselyTypes(catalog, lists)],
    ['types/src/generated/values.js', values.js],
    ['types/src/generated/values.d.ts', values.dts],
    ['types/src/generated/supabase.js', supabase.js],
    ['types/src/generated/supabase.d.ts', supabase.dts],
  ])
}
