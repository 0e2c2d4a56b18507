import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { readCatalogAtOnce } from './catalog.ts'
import type { GeneratedFiles } from './files.ts'
import type { ContractSettings } from './settings.ts'

/**
 * Generates the published types from the current database. Writes nothing.
 *
 * @throws Failure (1) if two things would have one name in TypeScript, or a name cannot be used there
 */
export async function generateTypes(
  database: ConnectionString,
  settings: ContractSettings,
): Promise<GeneratedFiles> {
  // Load the printers while the server answers.
  const [catalog, { printTypes }] = await Promise.all([
    withOwnerClient(database, (client) => readCatalogAtOnce(client, settings)),
    import('./print.ts'),
  ])
  return printTypes(catalog, settings)
}
