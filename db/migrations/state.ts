import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { environmentError } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { hasAuth } from '../bootstrap.ts'
import { listMigrations, type MigrationFile } from './files.ts'
import { appliedVersions } from './ledger.ts'

/** The ledger beside the files. */
export interface MigrationState {
  applied: MigrationFile[]
  pending: MigrationFile[]
  /** Versions that the ledger has and migrations/ has not. */
  missing: string[]
}

/** Which migrations are applied and which are not. @throws Failure (2) where the database has no `auth.uid()` */
export async function migrationState(connection: ConnectionString, folder?: string): Promise<MigrationState> {
  return withOwnerClient(connection, async (client) => {
    if (!(await hasAuth(client))) {
      throw environmentError(
        `${connection.name} has no function auth.uid(), which the policies rely on. On Supabase it is there already;` +
          ' give a plain PostgreSQL what Supabase has with: make bootstrap',
      )
    }
    return readState(client, folder)
  })
}

export async function readState(client: pg.Client, folder?: string): Promise<MigrationState> {
  const files = listMigrations(folder)
  const ledger = await appliedVersions(client)
  const versions = new Set(ledger)
  return {
    applied: files.filter((file) => versions.has(file.version)),
    pending: files.filter((file) => !versions.has(file.version)),
    missing: ledger.filter((version) => !files.some((file) => file.version === version)),
  }
}
