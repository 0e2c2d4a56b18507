import { readdirSync } from 'node:fs'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import type { FileReport } from 'rls-judge/check.ts'
import { runPgtap } from 'rls-judge/pgtap.ts'
import { inRoot, root } from './paths.ts'

const FOLDER = 'tests/plans'

/** The tests of query plans whose name contains `only`, relative to the root. */
export function planFiles(only = ''): string[] {
  return readdirSync(inRoot(FOLDER))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => `${FOLDER}/${name}`)
    .filter((file) => file.includes(only))
}

/**
 * Runs the tests of query plans, one after the other. Run them on a separate database: they fill, truncate and ANALYZE the
 * tables, and the row counts of ANALYZE survive a rollback.
 */
export async function* runPlanTests(
  database: ConnectionString,
  files: readonly string[],
  limitMs: number,
): AsyncGenerator<FileReport> {
  yield* runPgtap(database, root, files, limitMs, { jobs: 1 })
}
