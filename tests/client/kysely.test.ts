import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../../db/paths.ts'

const FILES = ['owner-condition', 'round-trips']
const PRELOAD = ['--import', 'tsx', '--import', inRoot('tests', 'client', 'newest-kysely.ts')]

/** The environment for a separate test run. */
function outside(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env
  return rest
}

test('the client works with Kysely 0.29 too', () => {
  const version = (path: string) => JSON.parse(readFileSync(path, 'utf8')).version
  assert.match(version(inRoot('node_modules', 'kysely', 'package.json')), /^0\.28\./)
  assert.match(version(inRoot('tests/types/consumers/node_modules/kysely/package.json')), /^0\.29\./)
  const node = (args: string[]) =>
    spawnSync(process.execPath, [...PRELOAD, ...args], { cwd: inRoot(), encoding: 'utf8', env: outside() })
  const place = node(['--input-type=module', '-e', "console.log(import.meta.resolve('kysely'))"])
  assert.match(place.stdout, /consumers\/node_modules\/kysely/)
  const files = FILES.map((name) => inRoot('tests', 'client', `${name}.test.ts`))
  const { status, stdout } = node(['--test', '--test-reporter=spec', ...files])
  assert.equal(status, 0, stdout)
})
