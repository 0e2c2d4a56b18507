import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { inRoot } from '../db/paths.ts'
import { withTestDatabase } from './support/database.ts'

test('test-rls prints the counts and exits with 0 if the database is correct', async () => {
  await withTestDatabase(async ({ connection }) => {
    const { code, output } = await testRls(connection.url.href, 'tests/schema/accounts.sql')
    assert.equal(code, 0, output)
    assert.match(output, /^ok {5}tests\/schema\/accounts\.sql/m)
    assert.match(lastLine(output), /^4 passed, 0 failed$/)
  })
})

test('test-rls reports failures, prints the counts and exits with 1', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    await owner.query('grant select on public.documents to anon')
    const { code, output } = await testRls(connection.url.href, 'packages/rls-judge/src/catalog.ts')
    assert.equal(code, 1, output)
    assert.match(output, /not ok privileges on public\.documents\n +should not be: anon: select/)
    assert.match(lastLine(output), /^\d+ passed, 1 failed$/)
  })
})

test('a failing pgTAP file is shown with its diagnosis and the place of the failure', async () => {
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

test('test-rls exits 2 if the login cannot switch to the API roles, and reports which', async () => {
  await withTestDatabase(async ({ app }) => {
    const { code, output } = await testRls(app.url.href, 'packages/rls-judge/src/catalog.ts')
    assert.equal(code, 2, output)
    assert.match(output, /grant insert, delete on auth\.users to authenticator/)
  })
})

test('test-rls exits 2 if the server cannot be reached', async () => {
  const { code, output } = await testRls('postgres://nobody@127.0.0.1:1/nowhere', 'catalog')
  assert.equal(code, 2, output)
  assert.match(output, /cannot connect to nobody@127\.0\.0\.1:1\/nowhere/)
})

test('only a column that is missing in the intent is reported, with two ways to fix it', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    await owner.query('alter table public.documents add column language text')
    const { code, output } = await testRls(connection.url.href, 'matrix')
    assert.equal(code, 1, output)
    assert.match(
      output.split('\n').slice(0, 4).join('\n'),
      /db\/access\.ts[^\n]*\n +not ok public\.documents\.language is in the database and not in db\/access\.ts\n +Either write it in db\/access\.ts.*\n +or write a migration/,
    )
    assert.match(lastLine(output), /^0 passed, 1 failed$/)
  })
})

test('only a column that is missing in the database is reported', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    await owner.query('alter table public.documents drop column storage_path')
    const { code, output } = await testRls(connection.url.href, 'matrix')
    assert.equal(code, 1, output)
    assert.match(
      output,
      /not ok public\.documents\.storage_path is in db\/access\.ts and not in the database/,
    )
    assert.match(lastLine(output), /^0 passed, 1 failed$/)
  })
})

test('a statement that does not return is ended after the limit, and reported', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    await owner.query(`
      create function private.forever() returns boolean language plpgsql as $$ begin loop end loop; end $$;
      grant execute on function private.forever() to authenticated;
      alter policy agent_sessions_select_own on public.agent_sessions using (private.forever())`)
    const { code, output } = await testRls(connection.url.href, 'matrix.ts agent_sessions', '--limit', '2')
    assert.equal(code, 1, output)
    assert.match(output, /not ok a statement was ended after 2 s/)
    assert.match(output, /as authenticated: select .* from public\."agent_sessions"/)
    assert.match(lastLine(output), / passed, 1 failed$/)
  })
})

test('a run that matches no test is not a success', async () => {
  await withTestDatabase(async ({ connection }) => {
    const { code, output } = await testRls(connection.url.href, 'no such file')
    assert.equal(code, 1, output)
    assert.match(lastLine(output), /^0 passed, 0 failed$/)
  })
})

function testRls(
  url: string,
  only: string,
  ...more: string[]
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('node', [inRoot('.build', 'test-rls.mjs'), '--only', only, ...more], {
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
