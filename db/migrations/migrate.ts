import { relative } from 'node:path'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { type Failure, failed, misuse } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { hasAuth } from '../bootstrap.ts'
import { inRoot } from '../paths.ts'
import { runDbmate } from './dbmate.ts'
import type { Diagnosis } from './diagnose.ts'
import { listMigrations, type MigrationFile } from './files.ts'
import { appliedVersions } from './ledger.ts'

/** What happens during a run, for whoever shows it. */
export type MigrationEvent =
  | { type: 'start'; name: string; number: number; of: number }
  | { type: 'done'; name: string; milliseconds: number }

/** The ledger beside the files. */
export interface MigrationState {
  applied: MigrationFile[]
  pending: MigrationFile[]
  /** Versions that the ledger has and migrations/ has not. */
  missing: string[]
}

/**
 * Applies the pending migrations, each in a transaction of its own.
 *
 * @returns names of the files applied; none when nothing was pending
 * @throws Failure (1) with file, line, statement and SQLSTATE where a migration fails: nothing of that file stays
 * @throws Failure (2) where the database lacks what migrations rely on (`auth.uid()`)
 */
export async function migrate(
  connection: ConnectionString,
  report: (event: MigrationEvent) => void,
  folder = inRoot('migrations'),
): Promise<string[]> {
  const { pending } = await migrationState(connection, folder)
  if (pending.length === 0) return []
  const done: string[] = []
  let current: { name: string; since: number } | undefined
  const finish = () => {
    if (!current) return
    report({ type: 'done', name: current.name, milliseconds: performance.now() - current.since })
    done.push(current.name)
  }
  const result = await runDbmate(
    'migrate',
    connection,
    (name) => {
      // dbmate prints "Applied" after a failure as well: a file is done when the next one begins, or at the end.
      finish()
      current = { name, since: performance.now() }
      report({ type: 'start', name, number: done.length + 1, of: pending.length })
    },
    folder,
  )
  if (!result.ok) {
    const file = pending.find((candidate) => candidate.name === current?.name)
    throw file
      ? await explainFailure(connection, file, 'up', result.error)
      : failed(`dbmate failed: ${result.error}`)
  }
  finish()
  return done
}

/** Which migrations are applied and which are not. */
export async function migrationState(connection: ConnectionString, folder?: string): Promise<MigrationState> {
  const files = listMigrations(folder)
  return withOwnerClient(connection, async (client) => {
    if (!(await hasAuth(client))) {
      throw misuse(
        `${connection.name} has no function auth.uid(), which the policies rely on. On Supabase it is there already;` +
          ' give a plain PostgreSQL what Supabase has with: make bootstrap',
      )
    }
    const ledger = await appliedVersions(client)
    const versions = new Set(ledger)
    return {
      applied: files.filter((file) => versions.has(file.version)),
      pending: files.filter((file) => !versions.has(file.version)),
      missing: ledger.filter((version) => !files.some((file) => file.version === version)),
    }
  })
}

/** The failure of a migration as a person needs it: where, what, why. `error` is what dbmate said. */
export async function explainFailure(
  connection: ConnectionString,
  file: MigrationFile,
  direction: 'up' | 'down',
  error: string,
): Promise<Failure> {
  const path = relative(inRoot(), file.path)
  // Loaded here: its parser is slow to load, and most runs need none.
  const { diagnose } = await import('./diagnose.ts')
  const diagnosis = await withOwnerClient(connection, (client) => diagnose(client, file, direction)).catch(
    () => undefined,
  )
  return failed(diagnosis ? formatDiagnosis(path, diagnosis, direction) : `${path} failed: ${error}`)
}

/** file:line first, as editors and CI understand it; then the statement. */
function formatDiagnosis(path: string, diagnosis: Diagnosis, direction: 'up' | 'down'): string {
  const { line, statement, sqlstate, message, detail, hint } = diagnosis
  return [
    `${path}:${line}: ${message} (SQLSTATE ${sqlstate})`,
    ...(detail ? [`  detail: ${detail}`] : []),
    ...(hint ? [`  hint: ${hint}`] : []),
    ...statement.split('\n').map((text) => `  | ${text}`),
    ...(sqlstate === '42P07'
      ? ['  If the table was there before: docs/troubleshooting.md, "relation already exists"']
      : []),
    `Nothing of this was kept. Correct the file and run "make ${direction === 'up' ? 'migrate' : 'rollback'}" again.`,
  ].join('\n')
}
