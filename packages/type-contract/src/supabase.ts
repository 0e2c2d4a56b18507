import { generateTypescript, sortGeneratorMetadata } from '@supabase/postgrest-typegen/generation'
import { failed, messageOf } from 'postgres-kit/failure.ts'
import type { Catalog } from './catalog.ts'
import type { ContractSettings } from './settings.ts'
import { correctForPostgrest } from './supabase-corrections.ts'
import { header, key, moduleHeader } from './text.ts'
import type { GeneratorMetadata } from './typegen-introspection.ts'
import type { Module } from './values.ts'

/** The generator's last statement: a value, which a declaration file cannot contain. Quoted text contains no line break. */
const CONSTANTS = '\nexport const Constants = '

/** The types for supabase-js: the output of `supabase gen types`, corrected by what PostgREST returns and the constraints. */
export async function supabaseModule(
  catalog: Catalog,
  { schema, command }: Pick<ContractSettings, 'schema' | 'command'>,
): Promise<Module> {
  const { metadata, restore } = correctForPostgrest(catalog, schema)
  const [types, constants] = await printDatabase(metadata, schema)
  const enums = metadata.types.filter((type) => type.schema === schema && type.enums.length > 0)
  const members = enums.map(
    (type) => `readonly ${JSON.stringify(type.name)}: readonly ${JSON.stringify(type.enums)};`,
  )
  return {
    js: `${moduleHeader('supabase', command)}${CONSTANTS.trimStart()}${constants.replace(/ as const(?=\s*$)/, '')}`,
    dts: `${header(command)}${restore(types)}export declare const Constants: {
  readonly ${key(schema)}: { readonly Enums: { ${members.join(' ')} } }
}
`,
  }
}

/** The output of `supabase gen types typescript` without its last statement, a constant. */
export async function printDatabase(
  metadata: GeneratorMetadata,
  schema: string,
): Promise<[types: string, constants: string]> {
  // The Supabase CLI sets the first option as well.
  const options = { detectOneToOneRelationships: true, defaultSchema: schema }
  const text = await generateTypescript(sortGeneratorMetadata(metadata), options).catch((error) => {
    throw failed(`@supabase/postgrest-typegen cannot print schema ${schema}: ${messageOf(error)}`, error)
  })
  const [types, constants, more] = text.split(CONSTANTS)
  if (types === undefined || constants === undefined || more !== undefined) {
    throw failed(
      '@supabase/postgrest-typegen prints a format that this program does not support: go back to its previous version',
    )
  }
  return [`${types}\n`, constants]
}
