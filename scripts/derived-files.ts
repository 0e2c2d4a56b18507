import type { ConnectionString } from '../db/connection-string.ts'
import { writeSchemaFile } from '../db/schema-file.ts'
import { writeGenerated } from './generate-types/files.ts'
import { generateTypes } from './generate-types/generate.ts'

/** Brings the files that are made from the migrated database up to date: db/schema.sql and types/. */
export async function refreshDerivedFiles(
  database: ConnectionString,
  log: (line: string) => void,
): Promise<void> {
  if (await writeSchemaFile()) log('db/schema.sql was refreshed')
  const written = writeGenerated(await generateTypes(database))
  if (written.length > 0) log(`types/ was refreshed: ${written.length} files`)
}
