import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cloneRepository } from '../support/clone.ts'

test('after npm ci in a fresh clone, npx and node_modules/.bin run pgtap-runner', (t) => {
  const { folder } = cloneRepository(t)
  // This test installs the packages itself.
  rmSync(join(folder, 'node_modules'), { recursive: true })
  const run = (program: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
    assert.equal(status, 0, stdout + stderr)
    return stdout
  }
  run('npm', 'ci', '--prefer-offline', '--no-audit', '--no-fund')
  assert.match(run('npx', 'pgtap-runner', '--help'), /^pgtap-runner \[options\]/)
  assert.match(run('node_modules/.bin/pgtap-runner', '--help'), /^pgtap-runner \[options\]/)
})
