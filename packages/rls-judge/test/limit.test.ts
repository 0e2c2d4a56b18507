import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { Verdict } from '../src/check.ts'
import { runSuite } from '../src/suite.ts'
import { PROJECT, startTestServer, type TestServer } from './support/server.ts'

const LIMIT_MS = 1_000

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.remove())

/** The failures of a part of the suite after some SQL, and the number of sessions still busy afterwards. */
async function judged(sql: string, only: string): Promise<{ failures: Verdict[]; busy: number }> {
  return server.withClone(async (database, owner) => {
    await owner.query(sql)
    const failures: Verdict[] = []
    await runSuite(database, PROJECT, {
      only,
      limitMs: LIMIT_MS,
      report: (file) => failures.push(...file.failures),
    })
    return { failures, busy: await busySessions(owner) }
  })
}

/** Number of sessions still busy after at most ten seconds: a cancelled session may need a moment. */
async function busySessions(owner: pg.Client): Promise<number> {
  for (let left = 100; ; left--) {
    const { rows } = await owner.query(
      "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active'",
    )
    if (rows.length === 0 || left === 0) return rows.length
    await pause(100)
  }
}

const ENDED = /^a statement was ended after 1 s, and what follows it in this file was not run$/

test('a cast that calls itself is ended, and the statement that used it is reported', async () => {
  const { failures, busy } = await judged(
    `create function public.number_of(place public.address) returns bigint language plpgsql
     set search_path = pg_catalog, pg_temp as $$
     begin
       -- recurses to the stack limit, repeatedly
       loop
         begin return place::bigint; exception when others then null; end;
       end loop;
     end $$;
     create cast (public.address as bigint) with function public.number_of(public.address);
     alter policy projects_select_members on public.projects using (place::bigint is not null)`,
    'matrix.ts projects',
  )
  const ended = failures.find(({ name }) => ENDED.test(name))
  assert.match(
    ended?.diagnosis ?? failures.map(({ name }) => name).join(),
    /select .* from public\."projects"/,
  )
  assert.equal(busy, 0)
})

test('a statement that ignores its time limit is abandoned and reported, and its session is ended', async () => {
  const { failures, busy } = await judged(
    `create or replace function public.city_of(place public.address) returns text language plpgsql
     set search_path = pg_catalog, pg_temp as $$
     begin
       loop
         begin perform pg_sleep(600); exception when query_canceled then null; end;
       end loop;
     end $$`,
    'forms.ts',
  )
  const ended = failures.find(({ name }) => ENDED.test(name))
  assert.match(ended?.diagnosis ?? failures.map(({ name }) => name).join(), /public\.city_of/)
  assert.equal(busy, 0)
})
