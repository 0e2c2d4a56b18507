import { relative } from 'node:path'
import { hasAuth } from '../bootstrap.ts'
import type { ConnectionString } from '../connection-string.ts'
import { type Failure, failed, misuse } from '../failure.ts'
import { withOwnerClient } from '../owner-client.ts'
import { inRoot } from '../paths.ts'
import { runDbmate } from './dbmate.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { listMigrations, type MigrationFile } from './files.ts'
import { appliedVersions } from './ledger.ts'

/** What happens during a run, for whoever shows it. */
export type MigrationEvent =
  | { type: 'start'; name: string; number: number; of: number }
  | { type: 'done'; name: string; milliseconds: number }

export interface MigrationState {
  applied: MigrationFile[]
  pending: MigrationFile[]
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
  if (!result.ok)
    throw await explain(
      connection,
      pending.find((file) => file.name === current?.name),
      result.error,
    )
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
    const versions = new Set(await appliedVersions(client))
    return {
      applied: files.filter((file) => versions.has(file.version)),
      pending: files.filter((file) => !versions.has(file.version)),
    }
  })
}

async function explain(
  connection: ConnectionString,
  file: MigrationFile | undefined,
  error: string,
): Promise<Failure> {
  if (!file) return failed(`dbmate failed: ${error}`)
  const path = relative(inRoot(), file.path)
  const diagnosis = await withOwnerClient(connection, (client) => diagnose(client, file)).catch(
    () => undefined,
  )
  if (!diagnosis) return failed(`${path} failed: ${error}`)
  return failed(formatDiagnosis(path, diagnosis))
}

/** file:line first, as editors and CI understand it; then the statement. */
function formatDiagnosis(
  path: string,
  { line, statement, sqlstate, message, detail, hint }: Diagnosis,
): string {
  return [
    `${path}:${line}: ${message} (SQLSTATE ${sqlstate})`,
    ...(detail ? [`  detail: ${detail}`] : []),
    ...(hint ? [`  hint: ${hint}`] : []),
    ...statement.split('\n').map((text) => `  | ${text}`),
    'Nothing of this file was applied. Correct it and run "make migrate" again.',
  ].join('\n')
}
