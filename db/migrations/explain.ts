import { relative } from 'node:path'
import { type Failure, failed } from 'postgres-kit/failure.ts'
import { inRoot } from '../paths.ts'
import type { DbmateResult } from './dbmate.ts'
import type { Diagnosis } from './diagnose.ts'
import { type MigrationFile, readSection } from './files.ts'

/** The failure of a migration as a person needs it: where, what, why. */
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
      `${path} did not end: the connection to the server broke, or dbmate did (${error}). What was in a transaction is` +
        ` undone: run "make ${command(direction)}" again`,
    )
  // PostgreSQL may have refused a statement of dbmate's own.
  if (!refusal || !section || !MARKER.test(refusal.text)) return failed(`${path} failed: ${error}`)
  // Loaded here: its parser is slow to load, and most runs need none.
  const { diagnose } = await import('./diagnose.ts')
  return failed(format(path, await diagnose(section, refusal), section.transaction, direction, blockers))
}

function command(direction: 'up' | 'down'): string {
  return direction === 'up' ? 'migrate' : 'rollback'
}

/** dbmate sends a section with its marker. */
const MARKER = /^--\s*migrate:(up|down)/m

/** Where not the file is wrong but the moment: what to do about it. */
const BY_OTHERS: Readonly<Record<string, string>> = {
  '55P03': 'Wait until that has ended, or end it; "-- lock_timeout: 30s" in the file lets it wait longer',
  '40P01': 'Two transactions waited for each other: run this again when the other is done',
  '57014': '"-- statement_timeout: 1h" in the file gives a statement more time',
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
      ? ['  If the table was there before: docs/troubleshooting.md, "relation already exists"']
      : []),
    ...(BY_OTHERS[sqlstate] === undefined
      ? []
      : [...blockers.map((each) => `  ${each}`), `  ${BY_OTHERS[sqlstate]}`]),
    transaction
      ? `Nothing of this was kept. Correct the file and run "make ${command(direction)}" again.`
      : 'It ran without a transaction: docs/migrations.md, "Half-way", says what may be left.',
  ].join('\n')
}
