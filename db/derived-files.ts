import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { writeGenerated } from 'type-contract/files.ts'
import { generateTypes } from 'type-contract/generate.ts'
import { writeSchemaFile } from './schema-file.ts'
import { TYPES_OUTPUT, TYPES_SETTINGS } from './types-settings.ts'

/** Refreshes the files that are generated from the migrated database: db/schema.sql and types/. */
export async function refreshDerivedFiles(
  database: ConnectionString,
  log: (line: string) => void,
): Promise<void> {
  if (await writeSchemaFile()) log('db/schema.sql was refreshed')
  const written = writeGenerated(await generateTypes(database, TYPES_SETTINGS), TYPES_OUTPUT)
  if (written.length > 0) log(`types/ was refreshed: ${written.length} files`)
}
