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
  { error, refusal }: DbmateResult,
): Promise<Failure> {
  const path = relative(inRoot(), file.path)
  const section = readSection(file, direction)
  // PostgreSQL may have refused a statement of dbmate's own.
  if (!refusal || !section || !refusal.text.includes(section.sql.trim()))
    return failed(`${path} failed: ${error}`)
  // Loaded here: its parser is slow to load, and most runs need none.
  const { diagnose } = await import('./diagnose.ts')
  return failed(format(path, await diagnose(section, refusal), section.transaction, direction))
}

/** file:line first, as editors and CI understand it; then the statement. */
function format(path: string, diagnosis: Diagnosis, transaction: boolean, direction: 'up' | 'down'): string {
  const { line, statement, sqlstate, message, detail, hint } = diagnosis
  const command = direction === 'up' ? 'migrate' : 'rollback'
  return [
    `${path}:${line}: ${message} (SQLSTATE ${sqlstate})`,
    ...(detail ? [`  detail: ${detail}`] : []),
    ...(hint ? [`  hint: ${hint}`] : []),
    ...statement.split('\n').map((text) => `  | ${text}`),
    ...(sqlstate === '42P07'
      ? ['  If the table was there before: docs/troubleshooting.md, "relation already exists"']
      : []),
    ...(transaction ? [`Nothing of this was kept. Correct the file and run "make ${command}" again.`] : []),
  ].join('\n')
}
