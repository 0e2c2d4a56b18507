import { readdirSync } from 'node:fs'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import type { FileReport } from 'rls-judge/check.ts'
import { runPgtap } from 'rls-judge/pgtap.ts'
import { inRoot, root } from './paths.ts'

const FOLDER = 'tests/plans'

/** The tests of plans whose name contains `only`, relative to the root. */
export function planFiles(only = ''): string[] {
  return readdirSync(inRoot(FOLDER))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => `${FOLDER}/${name}`)
    .filter((file) => file.includes(only))
}

/**
 * Runs the tests of plans, one after the other. They fill and truncate the tables and ANALYZE them, which keeps its
 * row counts through a rollback: give them a database of their own.
 */
export async function* runPlanTests(
  database: ConnectionString,
  files: readonly string[],
  limitMs: number,
): AsyncGenerator<FileReport> {
  yield* runPgtap(database, root, files, limitMs, { jobs: 1 })
}
