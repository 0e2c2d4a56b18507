import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from 'postgres-kit/free-port.ts'
import { until } from '../migrations/databases.ts'
import { endAfterTest } from '../support/after-test.ts'
import { cloneRepository } from '../support/clone.ts'

test('make docs-serve rebuilds the site after a change, and notifies the open pages', async (t) => {
  const { folder, make } = cloneRepository(t)
  const built = make('.build/.built')
  assert.equal(built.code, 0, built.output)
  const port = await freePort()
  const serve = spawn('node', ['.build/docs-serve.mjs'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: '', APP_DATABASE_URL: '', DOCS_PORT: String(port) },
  })
  endAfterTest(t, serve)
  const page = async () => (await fetch(`http://127.0.0.1:${port}/docs/client.html`)).text()
  await until('it serves', () =>
    page().then(
      () => true,
      () => false,
    ),
  )
  assert.doesNotMatch(await page(), /A sentence that was not there/)
  const signal = AbortSignal.timeout(120_000)
  const changes = await fetch(`http://127.0.0.1:${port}/-/changes`, { signal })
  const told = changes.body?.pipeThrough(new TextDecoderStream()).getReader()
  assert.match((await told?.read())?.value ?? '', /waiting/)
  appendFileSync(join(folder, 'docs', 'client.md'), '\nA sentence that was not there.\n')
  assert.equal((await told?.read())?.value, 'data: changed\n\n')
  assert.match(await page(), /A sentence that was not there/)
  await told?.cancel()
})
