import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { brokenQueries } from 'type-contract/broken-queries.ts'
import { readCatalogAtOnce } from 'type-contract/catalog.ts'
import { type Contract, contractOf } from 'type-contract/contract.ts'
import type { Base } from '../base.ts'
import { listMigrations, type MigrationFile, readMigration } from '../migrations/files.ts'
import { migrate } from '../migrations/migrate.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'
import { TYPES_SETTINGS } from '../types-settings.ts'
import { contractAt, migrationsAt } from './find.ts'

/** Marks a migration as the last step of a change: what it removes is no longer used. */
const CONTRACT_PHASE = /^--\s*contract:\s*\S/m

/**
 * The queries of the previous release that a newer migration breaks without that mark. The migrations are applied one at a
 * time, so that each query is reported for the migration that breaks it.
 *
 * @param database with bootstrap, and no migration
 * @param folder of the migrations
 * @returns one line per query, with the name of the migration
 */
export async function findBrokenQueries(
  database: ConnectionString,
  release: Base,
  folder?: string,
): Promise<string[]> {
  const before = contractAt(release)
  if (!before) return []
  const known = migrationsAt(release)
  const files = listMigrations(folder)
  const applied = makeTemporaryFolder('release')
  const apply = async (some: readonly MigrationFile[]) => {
    for (const { name, path } of some) copyFileSync(path, join(applied, name))
    await migrate(database, () => {}, { folder: applied })
  }
  try {
    await apply(files.filter(({ name }) => known.includes(name)))
    const found: string[] = []
    const seen = new Set<string>()
    for (const file of files.filter(({ name }) => !known.includes(name))) {
      await apply([file])
      const broken = await withOwnerClient(database, (client) => brokenNow(client, before))
      if (!CONTRACT_PHASE.test(readMigration(file)))
        found.push(...broken.filter((line) => !seen.has(line)).map((line) => `${file.name}: ${line}`))
      for (const line of broken) seen.add(line)
    }
    return found
  } finally {
    rmSync(applied, { recursive: true, force: true })
  }
}

async function brokenNow(client: pg.Client, before: Contract): Promise<string[]> {
  const after = contractOf(await readCatalogAtOnce(client, TYPES_SETTINGS), TYPES_SETTINGS)
  return brokenQueries(client, TYPES_SETTINGS.schema, before, after)
}
