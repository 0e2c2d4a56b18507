import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import * as throwaway from 'postgres-kit/throwaway.ts'
import { bootstrap, bootstrapSql } from './bootstrap.ts'
import { listMigrations } from './migrations/files.ts'
import { migrate } from './migrations/migrate.ts'

/** A database as a developer has it after `make migrate`. */
const MIGRATED: throwaway.Recipe = {
  prefix: 'centrid',
  fingerprint,
  build: async (database) => {
    await withOwnerClient(database, bootstrap)
    await migrate(database, () => {})
  },
}

/**
 * Runs `work` on a fresh, migrated database and drops it afterwards. The first call after a change of migrations
 * builds a template; later ones clone it (about 0.1 s).
 *
 * @param server any database of a server on which the login may create databases and roles
 */
export async function withThrowawayDatabase<T>(
  server: ConnectionString,
  work: (database: ConnectionString) => Promise<T>,
): Promise<T> {
  return throwaway.withThrowawayDatabase(server, MIGRATED, work)
}

/** Name of the template database for the migrations as they are now; builds it where it is missing. */
export async function ensureTemplate(server: ConnectionString): Promise<string> {
  return throwaway.ensureTemplate(server, MIGRATED)
}

/** Changes with every byte of bootstrap and migrations. */
function fingerprint(): string {
  const hash = createHash('sha256')
  for (const { file, sql } of bootstrapSql()) hash.update(`${file}\0${sql}\0`)
  for (const { name, path } of listMigrations()) hash.update(`${name}\0${readFileSync(path, 'utf8')}\0`)
  return hash.digest('hex').slice(0, 16)
}
