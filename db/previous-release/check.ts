import type pg from 'pg'
import { brokenQueries } from 'type-contract/broken-queries.ts'
import { readCatalogAtOnce } from 'type-contract/catalog.ts'
import { contractOf } from 'type-contract/contract.ts'
import type { Base } from '../base.ts'
import { listMigrations, readMigration } from '../migrations/files.ts'
import { TYPES_SETTINGS } from '../types-settings.ts'
import { contractAt, migrationsAt } from './find.ts'

/** Says of a migration that it is the last step of a change: what it takes away is used no more. */
const CONTRACT_PHASE = /^--\s*contract:\s*\S/m

/**
 * Which queries of the release before work no more on a migrated database, and no new migration says that this is meant.
 *
 * @param folder of the migrations
 * @returns a line each
 */
export async function findBrokenQueries(
  client: pg.Client,
  release: Base,
  folder?: string,
): Promise<string[]> {
  const before = contractAt(release)
  if (!before) return []
  const known = migrationsAt(release)
  const isNew = listMigrations(folder).filter(({ name }) => !known.includes(name))
  if (isNew.some((file) => CONTRACT_PHASE.test(readMigration(file)))) return []
  const after = contractOf(await readCatalogAtOnce(client, TYPES_SETTINGS), TYPES_SETTINGS)
  return brokenQueries(client, TYPES_SETTINGS.schema, before, after)
}
