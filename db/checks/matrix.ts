import { spawnSync } from 'node:child_process'
import { POSTGRES_MAJORS } from 'postgres-kit/embedded/majors.ts'
import { inRoot } from '../paths.ts'

/** Checks that depend on the server: the suite, files generated from the catalog, and applying migrations. */
const CHECKS = [
  'pgtap',
  'types-fresh',
  'accepted',
  'tests/migrate.test.ts',
  'tests/migrations/integrity.test.ts',
  'tests/migrations/without-transaction.test.ts',
  'tests/drift.test.ts',
  'tests/search.test.ts',
]

/**
 * Runs these checks on an embedded server of each major. db/schema.sql is generated without a server and
 * is the same for all.
 *
 * @returns the majors on which a check failed
 */
export function runMatrix(log: (line: string) => void): string[] {
  return POSTGRES_MAJORS.filter((major) => {
    log(`PostgreSQL ${major}`)
    const run = (command: string, ...args: string[]) =>
      spawnSync(process.execPath, [`.build/${command}.mjs`, ...args], {
        cwd: inRoot(),
        stdio: 'inherit',
        env: { ...process.env, PG_MAJOR: major, DATABASE_URL: '', APP_DATABASE_URL: '' },
      }).status
    const status = run('test', '--only', CHECKS.join(','))
    run('stop')
    return status !== 0
  })
}
