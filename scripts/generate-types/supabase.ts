import { generateTypescript, sortGeneratorMetadata } from '@supabase/postgrest-typegen/generation'
import { failed } from '../../db/failure.ts'
import { type Catalog, SCHEMA } from './catalog.ts'
import { HEADER } from './jsdoc.ts'
import type { Module } from './values.ts'

/** What the generator writes last: a value, which a declaration file cannot hold. */
const CONSTANTS = 'export const Constants = '

/** The types for supabase-js and PostgREST. */
export async function supabaseModule(catalog: Catalog): Promise<Module> {
  const metadata = sortGeneratorMetadata(catalog.metadata)
  const text = await generateTypescript(metadata, { detectOneToOneRelationships: true })
  const [types, constants, more] = text.split(CONSTANTS)
  if (types === undefined || constants === undefined || more !== undefined) {
    throw failed(
      '@supabase/postgrest-typegen writes another form than this program knows: pin the version it had',
    )
  }
  const enums = metadata.types.filter((type) => type.schema === SCHEMA && type.enums.length > 0)
  const members = enums.map(
    (type) => `readonly ${JSON.stringify(type.name)}: readonly ${JSON.stringify(type.enums)};`,
  )
  return {
    js: `${HEADER}${CONSTANTS}${constants.replace(' as const', '')}`,
    dts: `${HEADER}${types}export declare const Constants: {
  readonly ${SCHEMA}: { readonly Enums: { ${members.join(' ')} } }
}
`,
  }
}
