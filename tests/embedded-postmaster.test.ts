import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { readPostmaster } from 'postgres-kit/embedded/postmaster.ts'
import { endAfterTest } from './support/after-test.ts'
import { temporaryFolder } from './support/files.ts'

const READS = 200_000

test('a server that stops while its state is read causes no error', (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'postmaster.pid')
  const toggles = `const fs = require('node:fs'); for (;;) { fs.writeFileSync(${JSON.stringify(file)}, '1'); fs.rmSync(${JSON.stringify(file)}) }`
  const child = spawn(process.execPath, ['-e', toggles], { stdio: 'ignore' })
  endAfterTest(t, child, 'SIGKILL')
  assert.doesNotThrow(() => {
    for (let n = 0; n < READS; n++) readPostmaster(folder)
  })
})
