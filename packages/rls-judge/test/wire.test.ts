import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { becomeText } from 'postgres-kit/caller.ts'
import type { FileReport } from '../src/check.ts'
import type { Refusal, Wire } from '../src/platform.ts'
import { inTransactions } from '../src/transport.ts'
import { runWireSuite } from '../src/wire/suite.ts'
import { PROJECT, startTestServer, type TestServer } from './support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.remove())

/** One PostgreSQL server, judged as if two callers could not share a transaction. */
const wire = (...refusals: Refusal[]): Wire => ({
  transport: inTransactions((caller) => [becomeText(caller)]),
  refusals,
  plain: (text) => text,
})

const file = (name: string) => `packages/rls-judge/src/${name}`

/** How many rows each table has. */
async function countRows(owner: pg.Client): Promise<Record<string, string>> {
  const counts: Record<string, string> = {}
  for (const table of [
    ...Object.keys(PROJECT.intent.tables).map((name) => `public.${pg.escapeIdentifier(name)}`),
    'identity.people',
  ]) {
    const { rows } = await owner.query<{ count: string }>(`select count(*) from ${table}`)
    counts[table] = rows[0]?.count ?? ''
  }
  return counts
}

/** `make test` has time for some parts; `make test-long` runs all. */
const parts =
  process.env.TEST_LONG === '1'
    ? [undefined]
    : ['matrix.ts projects', 'matrix.ts readings', 'channels.ts', 'escapes.ts', 'shadowing.ts'].map(file)

for (const only of parts)
  test(`with one transaction for each caller, ${only ?? 'the judge'} passes and leaves nothing behind`, async () => {
    await server.withClone(async (database, owner) => {
      const before = await countRows(owner)
      const reports: FileReport[] = []
      const { passed } = await runWireSuite(database, PROJECT, wire(), {
        ...(only === undefined ? {} : { only }),
        report: (done) => reports.push(done),
      })
      const failures = reports.flatMap((done) =>
        done.failures.map(({ name, diagnosis }) => `${done.file}: ${name}\n${diagnosis}`),
      )
      assert.deepEqual(failures.slice(0, 20), [])
      assert.ok(passed > (only === undefined ? 10_000 : 30), `${passed} checks`)
      assert.deepEqual(await countRows(owner), before)
    })
  })

const holes: readonly [sql: string, file: string, check: RegExp][] = [
  [
    'alter policy projects_select_members on public.projects using (true)',
    file('matrix.ts projects'),
    /^bob: select projects\.\w+, the row of ada$/,
  ],
  // Its row count is right: what was written is another person's row.
  [
    `create function public.swap() returns trigger language plpgsql security definer as $$ begin
       update public.projects set title = 'swapped' where id <> new.id; return new; end $$;
     create trigger swap before update on public.projects for each row when (pg_trigger_depth() = 0) execute function public.swap()`,
    file('matrix.ts projects'),
    /: update every projects\./,
  ],
  ['alter table public.projects disable row level security', file('forms.ts'), /copy all of projects out/],
]

for (const [sql, only, check] of holes) {
  test(`it finds: ${sql.replace(/\s+/g, ' ').slice(0, 80)}`, async () => {
    await server.withClone(async (database, owner) => {
      await owner.query(sql)
      const reports: FileReport[] = []
      await runWireSuite(database, PROJECT, wire(), { only, report: (done) => reports.push(done) })
      const names = reports.flatMap(({ failures }) => failures.map(({ name }) => name))
      assert.ok(
        names.some((name) => check.test(name)),
        `${check} is not among the failures: ${names.slice(0, 20).join('; ') || 'none'}`,
      )
    })
  })
}

test('a refusal of the server is passed by its SQLSTATE alone, and one that no attempt meets is reported', async () => {
  await server.withClone(async (database, owner) => {
    const name = Object.keys(PROJECT.intent.tables)[0] ?? ''
    await owner.query(`
      create function public.refuse() returns trigger language plpgsql
        as $$ begin raise exception 'no' using errcode = '0A000'; end $$;
      create trigger refuse before delete on public.${name}
        for each statement when (current_user in ('authenticated', 'service_role')) execute function public.refuse()`)
    const only = file(`matrix.ts ${name}`)
    const run = async (...refusals: Refusal[]) =>
      (await runWireSuite(database, PROJECT, wire(...refusals), { only })).failed
    assert.notEqual(await run(), 0)
    assert.equal(await run({ form: /: (delete|merge, delete) /, code: '0A000', reason: 'a trigger' }), 0)
    assert.notEqual(await run({ form: /: (delete|merge, delete) /, code: '0A001', reason: 'a trigger' }), 0)
  })
})
