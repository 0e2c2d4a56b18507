import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { environmentError, failed } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { hasAuth } from '../bootstrap.ts'
import { listMigrations, type MigrationFile } from './files.ts'
import { findFolderProblems, findNameProblems } from './integrity/check-folder.ts'
import { findLedgerProblems, type LedgerProblems } from './integrity/check-ledger.ts'
import { type Applied, readLedger } from './ledger.ts'

/** The result of comparing ledger and files. */
export interface MigrationState extends LedgerProblems {
  ledger: Applied[]
  applied: MigrationFile[]
  pending: MigrationFile[]
  /** Applied by dbmate or the Supabase CLI alone, or before hashes were kept: adopted by the next `make migrate`. */
  unrecorded: MigrationFile[]
  /** Applied, but not in the Supabase CLI's ledger: the CLI would apply them again. The next `make migrate` adds them. */
  unpushed: MigrationFile[]
  /** Versions that are in the ledger but not in migrations/. */
  missing: string[]
  /** Problems of the files themselves. */
  folder: string[]
}

/** Which migrations are applied and which are not. @throws Failure (2) if the database has no `auth.uid()` */
export async function migrationState(connection: ConnectionString, folder?: string): Promise<MigrationState> {
  return withOwnerClient(connection, async (client) => {
    if (!(await hasAuth(client))) {
      throw environmentError(
        `${connection.name} has no function auth.uid(), which the policies need. Supabase has it; in a plain` +
          ' PostgreSQL, create it with: make bootstrap',
      )
    }
    return readState(client, folder)
  })
}

export async function readState(client: pg.Client, folder?: string): Promise<MigrationState> {
  const files = listMigrations(folder)
  const ledger = await readLedger(client)
  const byVersion = new Map(ledger.map((each) => [each.version, each]))
  const pending = files.filter(({ version }) => !byVersion.has(version))
  const applied = files.filter(({ version }) => byVersion.has(version))
  return {
    ledger,
    applied,
    pending,
    unrecorded: applied.filter(({ version }) => byVersion.get(version)?.record === undefined),
    unpushed: applied.filter(({ version }) => byVersion.get(version)?.supabase === false),
    missing: ledger
      .map(({ version }) => version)
      .filter((each) => !files.some(({ version }) => version === each)),
    folder: [...findFolderProblems(folder), ...findNameProblems(pending)],
    ...findLedgerProblems(ledger, files),
  }
}

/**
 * Throws if files and ledger disagree.
 *
 * @throws Failure (1) that lists each file and what to do
 */
export function refuseProblems(
  { folder, changed, late }: MigrationState,
  database: string,
  allowOutOfOrder: boolean,
): void {
  const problems = [...folder, ...changed.values(), ...(allowOutOfOrder ? [] : late.values())]
  if (problems.length > 0)
    throw failed(`${database} and migrations/ disagree, and nothing was done:\n  ${problems.join('\n  ')}`)
}
