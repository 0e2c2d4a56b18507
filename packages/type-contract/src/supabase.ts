import { generateTypescript, sortGeneratorMetadata } from '@supabase/postgrest-typegen/generation'
import { failed } from 'postgres-kit/failure.ts'
import { type Catalog, SCHEMA } from './catalog.ts'
import { correctForPostgrest } from './supabase-corrections.ts'
import { HEADER, moduleHeader } from './text.ts'
import type { GeneratorMetadata } from './typegen-introspection.ts'
import type { Module } from './values.ts'

/** What the generator writes last: a value, which a declaration file cannot hold. */
const CONSTANTS = 'export const Constants = '

/** The types for supabase-js: what `supabase gen types` prints, corrected where PostgREST or the database know better. */
export async function supabaseModule(catalog: Catalog): Promise<Module> {
  const { metadata, restore } = correctForPostgrest(catalog)
  const [types, constants] = await printDatabase(metadata)
  const enums = metadata.types.filter((type) => type.schema === SCHEMA && type.enums.length > 0)
  const members = enums.map(
    (type) => `readonly ${JSON.stringify(type.name)}: readonly ${JSON.stringify(type.enums)};`,
  )
  return {
    js: `${moduleHeader('supabase')}${CONSTANTS}${constants.replace(' as const', '')}`,
    dts: `${HEADER}${restore(types)}export declare const Constants: {
  readonly ${SCHEMA}: { readonly Enums: { ${members.join(' ')} } }
}
`,
  }
}

/** What `supabase gen types typescript` prints, cut before its last statement, a constant. */
export async function printDatabase(
  metadata: GeneratorMetadata,
): Promise<[types: string, constants: string]> {
  // The CLI sets this option as well.
  const options = { detectOneToOneRelationships: true }
  const text = await generateTypescript(sortGeneratorMetadata(metadata), options)
  const [types, constants, more] = text.split(CONSTANTS)
  if (types === undefined || constants === undefined || more !== undefined) {
    throw failed(
      '@supabase/postgrest-typegen writes another form than this program knows: go back to its last version',
    )
  }
  return [types, constants]
}
