import { test } from 'node:test'
import { developAll, developersClone, run } from '../change/develop.ts'

/** Checks of `make test` that depend on tables, columns, CHECKs and functions. change.test.ts runs all of it. */
const CHECKS = ['lint-ts', 'lint-sql', 'typecheck', 'schema-fresh', 'types-fresh', 'accepted', 'pgtap']
const TESTS = ['constraints', 'triggers', 'migrations', 'types/agreement', 'seed']

test('every change of the schema takes at most two files edited by hand', (t) => {
  const clone = developersClone(t)
  developAll(t, clone)
  run(clone, process.execPath, ['.build/test.mjs', '--only', CHECKS.join()])
  run(clone, 'env', ['STATEMENTS=500', 'SEED=1', process.execPath, '.build/fuzz.mjs'])
  run(clone, process.execPath, ['--import', 'tsx', '--test', ...TESTS.map((name) => `tests/${name}.test.ts`)])
})
