import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'
import { withTestDatabase } from './support/database.ts'

test('test-rls ends with the counts and exits 0 where the database is as it should be', async () => {
  await withTestDatabase(async ({ connection }) => {
    const { code, output } = await testRls(connection.url.href, 'tests/schema/accounts.sql')
    assert.equal(code, 0, output)
    assert.match(output, /^ok {5}tests\/schema\/accounts\.sql/m)
    assert.match(lastLine(output), /^4 passed, 0 failed$/)
  })
})

test('test-rls names what is wrong, ends with the counts and exits 1', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    await owner.query('grant select on public.documents to anon')
    const { code, output } = await testRls(connection.url.href, 'packages/rls-judge/src/catalog.ts')
    assert.equal(code, 1, output)
    assert.match(output, /not ok privileges on public\.documents\n +should not be: anon: select/)
    assert.match(lastLine(output), /^\d+ passed, 1 failed$/)
  })
})

test('a failing pgTAP file is shown with its diagnosis and where it failed', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    await owner.query('alter table public.documents alter column processing_status drop default')
    const { code, output } = await testRls(connection.url.href, 'tests/schema/documents.sql')
    assert.equal(code, 1, output)
    assert.match(
      output,
      /not ok documents has these columns\n(.*\n)*? +have: .*processing_status text not null/,
    )
    assert.match(output, /at tests\/schema\/documents\.sql:\d+/)
  })
})

test('test-rls exits 2 where the login cannot act as the callers of the API, and says what it lacks', async () => {
  await withTestDatabase(async ({ app }) => {
    const { code, output } = await testRls(app.url.href, 'packages/rls-judge/src/catalog.ts')
    assert.equal(code, 2, output)
    assert.match(output, /grant insert, delete on auth\.users to authenticator/)
  })
})

test('test-rls exits 2 where the server cannot be reached', async () => {
  const { code, output } = await testRls('postgres://nobody@127.0.0.1:1/nowhere', 'catalog')
  assert.equal(code, 2, output)
  assert.match(output, /cannot connect to nobody@127\.0\.0\.1:1\/nowhere/)
})

test('a run that matches no test is not a success', async () => {
  await withTestDatabase(async ({ connection }) => {
    const { code, output } = await testRls(connection.url.href, 'no such file')
    assert.equal(code, 1, output)
    assert.match(lastLine(output), /^0 passed, 0 failed$/)
  })
})

function testRls(url: string, only: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('node', [inRoot('.build', 'test-rls.mjs'), '--only', only], {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('close', (code) => resolve({ code, output }))
  })
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? ''
}
