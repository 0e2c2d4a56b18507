import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { readCatalogAtOnce } from './catalog.ts'

/** Text of every generated file, by its path below types/. */
export type GeneratedFiles = ReadonlyMap<string, string>

/** Makes the published types from the database as it is. Writes nothing. */
export async function generateTypes(database: ConnectionString): Promise<GeneratedFiles> {
  // The printers are loaded while the server answers.
  const [catalog, { printTypes }] = await Promise.all([
    withOwnerClient(database, readCatalogAtOnce),
    import('./print.ts'),
  ])
  return printTypes(catalog)
}
