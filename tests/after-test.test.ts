import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { inRoot } from '../db/paths.ts'
import { listFiles } from './support/source-files.ts'

const PROGRAM = `
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { afterTest } from ${JSON.stringify(pathToFileURL(inRoot('tests/support/after-test.ts')).href)}
test('fails to clean up', (t) => {
  const child = spawn('sleep', ['600'])
  afterTest(t, () => { console.log('first, last'); child.kill() })
  afterTest(t, () => { throw new Error('the folder is not empty') })
  afterTest(t, async () => console.log('last, first'))
})`

test('work after a test runs in reverse, and one that fails does not keep the others from running', () => {
  const { status, signal, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--test-reporter=spec', '--input-type=module', '--eval', PROGRAM],
    { cwd: inRoot(), encoding: 'utf8', timeout: 60_000, env: { ...process.env, NODE_TEST_CONTEXT: '' } },
  )
  assert.equal(signal, null, 'it has ended')
  assert.equal(status, 1, stdout)
  assert.match(stdout, /last, first\n(.*\n)*first, last\n(.*\n)*.*the folder is not empty/)
})

test('tests use it instead of hooks, which do not', () => {
  const used = listFiles('tests/*.ts').filter((file) =>
    /\bt\.after\(/.test(readFileSync(inRoot(file), 'utf8')),
  )
  assert.deepEqual(used, ['tests/support/after-test.ts'])
})
