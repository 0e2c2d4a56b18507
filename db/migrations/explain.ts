import { relative } from 'node:path'
import { type Failure, failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../paths.ts'
import type { DbmateResult } from './dbmate.ts'
import type { Diagnosis } from './diagnose.ts'
import { type MigrationFile, readSection } from './files.ts'

/** The error message of a failed migration: file, line, statement, cause. */
export async function explainFailure(
  file: MigrationFile,
  direction: 'up' | 'down',
  { error, refusal, whole }: DbmateResult,
  blockers: readonly string[] = [],
): Promise<Failure> {
  const path = relative(inRoot(), file.path)
  const section = readSection(file, direction)
  if (!refusal && !whole)
    return failed(
      `${path} did not finish: the connection to the server broke, or dbmate failed (${error}). Its transaction was` +
        ` rolled back: run "make ${command(direction)}" again`,
    )
  // PostgreSQL may have refused one of dbmate's own statements.
  if (!refusal || !section || !MARKER.test(refusal.text)) return failed(`${path} failed: ${error}`)
  // Loaded here, because the parser is slow to load and most runs do not need it.
  const { diagnose } = await import('./diagnose.ts')
  return failed(format(path, await diagnose(section, refusal), section.transaction, direction, blockers))
}

function command(direction: 'up' | 'down'): string {
  return direction === 'up' ? 'migrate' : 'rollback'
}

/** The marker with which dbmate sends a section. */
const MARKER = /^--\s*migrate:(up|down)/m

/** Advice for errors that other sessions cause. */
const BY_OTHERS: Readonly<Record<string, string>> = {
  '55P03': 'Wait for that session, or end it. To wait longer, write "-- lock_timeout: 30s" in the file',
  '40P01': 'Two transactions waited for each other: run this again when the other has finished',
  '57014': 'To allow a statement more time, write "-- statement_timeout: 1h" in the file',
}

/** file:line first, as editors and CI understand it; then the statement. */
function format(
  path: string,
  diagnosis: Diagnosis,
  transaction: boolean,
  direction: 'up' | 'down',
  blockers: readonly string[],
): string {
  const { line, statement, sqlstate, message, detail, hint } = diagnosis
  return [
    `${path}:${line}: ${message} (SQLSTATE ${sqlstate})`,
    ...(detail ? [`  detail: ${detail}`] : []),
    ...(hint ? [`  hint: ${hint}`] : []),
    ...statement.split('\n').map((text) => `  | ${text}`),
    ...(sqlstate === '42P07'
      ? ['  If the table already existed, see docs/troubleshooting.md, "relation already exists"']
      : []),
    ...(BY_OTHERS[sqlstate] === undefined
      ? []
      : [...blockers.map((each) => `  ${each}`), `  ${BY_OTHERS[sqlstate]}`]),
    transaction
      ? `The file was rolled back. Correct it and run "make ${command(direction)}" again.`
      : 'It ran without a transaction: see docs/migrations.md, "Half-way", for what may remain.',
  ].join('\n')
}
