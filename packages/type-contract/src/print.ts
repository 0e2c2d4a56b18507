import type { Catalog } from './catalog.ts'
import { contractOf } from './contract.ts'
import type { GeneratedFiles } from './files.ts'
import { kyselyTypes } from './kysely.ts'
import { nameEverything } from './naming.ts'
import type { ContractSettings } from './settings.ts'
import { supabaseModule } from './supabase.ts'
import { supportFiles } from './support-files.ts'
import { moduleHeader } from './text.ts'
import { valuesModule } from './values.ts'
import { zodModule } from './zod.ts'

/**
 * The published types of a catalog.
 *
 * @throws Failure (1) if two things would have one name in TypeScript, or a name cannot be used there
 */
export async function printTypes(catalog: Catalog, settings: ContractSettings): Promise<GeneratedFiles> {
  const names = nameEverything(catalog, settings)
  const supabase = await supabaseModule(catalog, settings)
  const values = valuesModule(catalog, names.lists, settings)
  const zod = zodModule(catalog, names, settings)
  return new Map([
    ['contract.json', `${JSON.stringify(contractOf(catalog, settings), undefined, 2)}\n`],
    ['src/generated/db.d.ts', kyselyTypes(catalog, names, settings)],
    ['src/generated/db.js', `${moduleHeader('db', settings.command)}export {}\n`],
    ['src/generated/supabase.d.ts', supabase.dts],
    ['src/generated/supabase.js', supabase.js],
    ['src/generated/values.d.ts', values.dts],
    ['src/generated/values.js', values.js],
    ['src/generated/zod.d.ts', zod.dts],
    ['src/generated/zod.js', zod.js],
    ...supportFiles(settings),
  ])
}
