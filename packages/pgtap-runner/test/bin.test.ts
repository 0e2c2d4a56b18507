import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../..', import.meta.url))

it('the command exists in a clone before the build, so that npm can link it, and builds itself once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pgtap-runner-clone-'))
  try {
    const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const files = execFileSync('git', [...list, 'tsconfig.json', 'packages'], { cwd: root, encoding: 'utf8' })
    for (const file of files.split('\0').filter(Boolean)) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await cp(join(root, file), join(folder, file))
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    await symlink(
      join(root, 'packages/pgtap-runner/node_modules'),
      join(folder, 'packages/pgtap-runner/node_modules'),
    )
    const help = () =>
      promisify(execFile)(join(folder, 'packages/pgtap-runner/bin/pgtap-runner.cjs'), ['--help'])
    const first = await help()
    assert.match(first.stdout, /^pgtap-runner \[options\]/)
    assert.match(first.stderr, /building \(once\)/)
    assert.equal((await help()).stderr, '')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
