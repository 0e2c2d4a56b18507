import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { withThrowawayDatabase } from 'postgres-kit/throwaway.ts'
import { bootstrap, bootstrapSql } from '../bootstrap.ts'
import type { MigrationFile } from '../migrations/files.ts'
import { migrate } from '../migrations/migrate.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'

/**
 * Runs `work` on a throw-away database with these migrations and no data.
 *
 * @param server where it is created
 */
export async function withClone<T>(
  server: ConnectionString,
  applied: readonly MigrationFile[],
  work: (database: ConnectionString) => Promise<T>,
): Promise<T> {
  const recipe = {
    prefix: 'centrid_plan',
    fingerprint: () => fingerprint(applied),
    build: async (database: ConnectionString) => {
      await withOwnerClient(database, bootstrap)
      await migrateFiles(database, applied)
    },
  }
  return withThrowawayDatabase(server, recipe, work)
}

async function migrateFiles(database: ConnectionString, files: readonly MigrationFile[]): Promise<void> {
  const folder = makeTemporaryFolder('plan')
  try {
    for (const { name, path } of files) copyFileSync(path, join(folder, name))
    await migrate(database, () => {}, { folder })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function fingerprint(files: readonly MigrationFile[]): string {
  const hash = createHash('sha256')
  for (const { file, sql } of bootstrapSql()) hash.update(`${file}\0${sql}\0`)
  for (const { name, path } of files) hash.update(`${name}\0${readFileSync(path, 'utf8')}\0`)
  return hash.digest('hex').slice(0, 16)
}
