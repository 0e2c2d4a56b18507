import type { ConnectionString } from '../../db/connection-string.ts'
import { withOwnerClient } from '../../db/owner-client.ts'
import { type Catalog, readCatalogAtOnce } from './catalog.ts'
import { contractOf } from './contract.ts'
import { kyselyTypes } from './kysely.ts'
import { valueLists } from './names.ts'
import { supabaseModule } from './supabase.ts'
import { valuesModule } from './values.ts'
import { zodModule } from './zod.ts'

/** Text of every generated file, by its path below types/. */
export type GeneratedFiles = ReadonlyMap<string, string>

/** Makes the published types from the database as it is. Writes nothing. */
export async function generateTypes(database: ConnectionString): Promise<GeneratedFiles> {
  return printTypes(await withOwnerClient(database, readCatalogAtOnce))
}

/** The published types of a catalog. */
export async function printTypes(catalog: Catalog): Promise<GeneratedFiles> {
  const lists = valueLists(catalog)
  const values = valuesModule(catalog, lists)
  const zod = zodModule(catalog, lists)
  const supabase = await supabaseModule(catalog)
  return new Map([
    ['contract.json', `${JSON.stringify(contractOf(catalog), undefined, 2)}\n`],
    ['src/generated/db.d.ts', kyselyTypes(catalog, lists)],
    ['src/generated/supabase.d.ts', supabase.dts],
    ['src/generated/supabase.js', supabase.js],
    ['src/generated/values.d.ts', values.dts],
    ['src/generated/values.js', values.js],
    ['src/generated/zod.d.ts', zod.dts],
    ['src/generated/zod.js', zod.js],
  ])
}
