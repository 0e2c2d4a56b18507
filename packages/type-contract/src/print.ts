import type { Catalog } from './catalog.ts'
import { contractOf } from './contract.ts'
import type { GeneratedFiles } from './generate.ts'
import { kyselyTypes } from './kysely.ts'
import { valueLists } from './names.ts'
import { supabaseModule } from './supabase.ts'
import { moduleHeader } from './text.ts'
import { valuesModule } from './values.ts'
import { zodModule } from './zod.ts'

/** The published types of a catalog. */
export async function printTypes(catalog: Catalog): Promise<GeneratedFiles> {
  const supabase = supabaseModule(catalog)
  const lists = valueLists(catalog)
  const values = valuesModule(catalog, lists)
  const zod = zodModule(catalog, lists)
  return new Map([
    ['contract.json', `${JSON.stringify(contractOf(catalog), undefined, 2)}\n`],
    ['src/generated/db.d.ts', kyselyTypes(catalog, lists)],
    ['src/generated/db.js', `${moduleHeader('db')}export {}\n`],
    ['src/generated/supabase.d.ts', (await supabase).dts],
    ['src/generated/supabase.js', (await supabase).js],
    ['src/generated/values.d.ts', values.dts],
    ['src/generated/values.js', values.js],
    ['src/generated/zod.d.ts', zod.dts],
    ['src/generated/zod.js', zod.js],
  ])
}
