import type { ConnectionString } from '../db/connection-string.ts'
import { writeSchemaFile } from '../db/schema-file.ts'

/** Brings the files that are made from the migrated database up to date: db/schema.sql and types/. */
export async function refreshDerivedFiles(
  _database: ConnectionString,
  log: (line: string) => void,
): Promise<void> {
  if (await writeSchemaFile()) log('db/schema.sql was refreshed')
}
