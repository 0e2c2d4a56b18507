import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inRoot } from '../../db/paths.ts'
import { cloneRepository } from '../support/clone.ts'
import { withTestDatabase } from '../support/database.ts'

function run(cwd: string, program: string, args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '', ...env },
  })
  return { code: status, output: stdout + stderr }
}

test('make types-check shows the difference in the right direction, and the command to run', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    const env = { DATABASE_URL: connection.url.href }
    const fresh = run(inRoot(), 'make', ['types-check'], env)
    assert.equal(fresh.code, 0, fresh.output)
    await owner.query('alter table documents drop column storage_path')
    await owner.query('alter table documents add column dialect text')
    const stale = run(inRoot(), 'make', ['types-check'], env)
    assert.notEqual(stale.code, 0)
    assert.match(stale.output, /^\+\s+dialect: string \| null;$/m)
    assert.match(stale.output, /^-\s+storage_path: string \| null;$/m)
    assert.match(stale.output, /run "make types" and commit/)
  })
})

test('a release reports the changes, requires the matching version, and writes the changelog', (t) => {
  const { folder, make } = cloneRepository(t)
  assert.equal(make('.build/.built').code, 0)
  const check = () => run(folder, process.execPath, ['.build/release-check.mjs'])
  const released = join(folder, 'types', 'released.json')
  const contract = readFileSync(join(folder, 'types', 'contract.json'), 'utf8')
  rmSync(join(folder, '.changeset', 'db-types-contract.md'), { force: true })
  writeFileSync(released, `{ "version": "1.0.0", "contract": ${contract} }`)
  writeFileSync(
    join(folder, 'types', 'package.json'),
    readFileSync(join(folder, 'types', 'package.json'), 'utf8').replace(
      /"version": ".*"/,
      '"version": "1.0.0"',
    ),
  )
  assert.equal(check().code, 0, check().output)

  writeFileSync(
    released,
    `{ "version": "1.0.0", "contract": ${contract.replace('"filename": {', '"file_name": {')} }`,
  )
  const tooSmall = check()
  assert.equal(tooSmall.code, 1)
  assert.match(tooSmall.output, /^major {2}column documents\.file_name is gone$/m)
  assert.match(tooSmall.output, /the next version is 2\.0\.0 or higher, types\/package\.json says 1\.0\.0/)

  assert.equal(
    existsSync(join(folder, '.changeset', 'db-types-contract.md')),
    false,
    'a check writes nothing',
  )
  assert.equal(run(folder, process.execPath, ['.build/release-check.mjs', '--entry']).code, 0)
  const versioned = run(folder, join(folder, 'node_modules', '.bin', 'changeset'), ['version'])
  assert.equal(versioned.code, 0, versioned.output)
  assert.match(
    readFileSync(join(folder, 'types', 'CHANGELOG.md'), 'utf8'),
    /## 2\.0\.0[\s\S]*documents\.file_name is gone/,
  )
  const enough = check()
  assert.equal(enough.code, 0, enough.output)
})
