import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { writeGenerated } from 'type-contract/files.ts'
import { generateTypes } from 'type-contract/generate.ts'
import { writeSchemaFile } from './schema-file.ts'
import { TYPES_OUTPUT, TYPES_SETTINGS } from './types-settings.ts'

/** Brings the files that are made from the migrated database up to date: db/schema.sql and types/. */
export async function refreshDerivedFiles(
  database: ConnectionString,
  log: (line: string) => void,
): Promise<void> {
  if (await writeSchemaFile()) log('db/schema.sql was refreshed')
  const written = writeGenerated(await generateTypes(database, TYPES_SETTINGS), TYPES_OUTPUT)
  if (written.length > 0) log(`types/ was refreshed: ${written.length} files`)
}
