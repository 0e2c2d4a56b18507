import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ConnectionString, withLogin } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import * as throwaway from 'postgres-kit/throwaway.ts'
import { bootstrap, bootstrapSql, type Profile } from './bootstrap.ts'
import { listMigrations } from './migrations/files.ts'
import { LOG_DDL } from './migrations/ledger.ts'
import { migrate } from './migrations/migrate.ts'

/**
 * Runs `work` on a fresh, migrated database and drops it afterwards. The first call after a change of migrations
 * builds a template; later ones clone it (about 0.1 s).
 *
 * @param server any database of a server on which the login may create databases and roles
 * @param profile of the server; for `supabase`, a server of db/platforms/shaped-server.ts
 */
export async function withThrowawayDatabase<T>(
  server: ConnectionString,
  work: (database: ConnectionString) => Promise<T>,
  profile: Profile = 'bootstrap',
): Promise<T> {
  return throwaway.withThrowawayDatabase(server, migrated(profile), work)
}

/** Name of the template database for the current migrations; builds it if it is missing. */
export async function ensureTemplate(
  server: ConnectionString,
  profile: Profile = 'bootstrap',
): Promise<string> {
  return throwaway.ensureTemplate(server, migrated(profile))
}

/** The database after `make migrate`. */
function migrated(profile: Profile): throwaway.Recipe {
  return {
    prefix: 'centrid',
    fingerprint: () => fingerprint(profile),
    build: async (database) => {
      await withOwnerClient(platformOwner(database, profile), (client) => bootstrap(client, profile))
      await migrate(database, () => {})
    },
  }
}

/** The login that creates the platform's objects: on Supabase, not the project's owner. */
function platformOwner(database: ConnectionString, profile: Profile): ConnectionString {
  return profile === 'bootstrap'
    ? database
    : withLogin(database, 'supabase_admin', decodeURIComponent(database.url.password))
}

/** A hash of bootstrap, migrations and the ledger. */
function fingerprint(profile: Profile): string {
  const hash = createHash('sha256').update(LOG_DDL)
  for (const { file, sql } of bootstrapSql(profile)) hash.update(`${file}\0${sql}\0`)
  for (const { name, path } of listMigrations()) hash.update(`${name}\0${readFileSync(path, 'utf8')}\0`)
  return hash.digest('hex').slice(0, 16)
}
