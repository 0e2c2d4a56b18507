import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { answer, bootstrappedDatabase, folderWith, until } from './databases.ts'
import type { Deploy } from './processes.ts'

/** SQL that waits inside a migration until the test inserts a row into public.gate. */
export const WAIT_AT_GATE = `do $$ begin
    while not exists (select from public.gate) loop perform pg_sleep(0.02); end loop;
end $$;
`

const FILES = {
  '20300101000000_first.sql': `-- migrate:up
${WAIT_AT_GATE}
create table public.things (id integer);
insert into public.applications (file) values (1);
-- migrate:down
drop table public.things;
`,
  '20300102000000_index.sql': `-- migrate:up transaction:false
create index concurrently things_id_idx on public.things (id);
-- migrate:down transaction:false
drop index concurrently if exists public.things_id_idx;
`,
  '20300103000000_third.sql': `-- migrate:up
insert into public.applications (file) values (3);
-- migrate:down
delete from public.applications where file = 3;
`,
}

/** A database with the tables that FILES need. */
export async function gatedDatabase(t: TestContext): Promise<ConnectionString> {
  const database = await bootstrappedDatabase(t)
  await withOwnerClient(database, (client) =>
    client.query('create table public.gate (open boolean); create table public.applications (file integer)'),
  )
  return database
}

export async function openGate(database: ConnectionString): Promise<void> {
  await withOwnerClient(database, (client) => client.query('insert into public.gate values (true)'))
}

/** Number of other sessions of the database. */
export async function sessions(database: ConnectionString): Promise<number> {
  const count = await answer(
    database,
    `select count(*)::int as answer from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  )
  return Number(count)
}

/**
 * Starts `count` deploys at once on an empty database, and stops the first file until all are connected.
 *
 * @returns the problems; empty if each file was applied once and every process succeeded
 */
export async function race(
  t: TestContext,
  count: number,
  start: (database: ConnectionString, folder: string) => Deploy | Promise<Deploy>,
): Promise<string[]> {
  const database = await gatedDatabase(t)
  const folder = folderWith(t, FILES)
  const deploys = await Promise.all(Array.from({ length: count }, () => start(database, folder)))
  // dbmate alone may fail early, because concurrent CREATE SCHEMA IF NOT EXISTS collide.
  let over = 0
  for (const { ended } of deploys) void ended.then(() => over++)
  await until('all are connected', async () => over + (await sessions(database)) >= count)
  await openGate(database)
  const ends = await Promise.all(deploys.map(({ ended }) => ended))
  const found = await answer(
    database,
    `select concat_ws(' ',
       (select string_agg(file::text, ',' order by file) from public.applications),
       (select string_agg(version, ',' order by version) from dbmate.schema_migrations),
       (select string_agg(indisvalid::text, ',') from pg_index where indrelid = to_regclass('public.things'))
     ) as answer`,
  )
  const expected = '1,3 20300101000000,20300102000000,20300103000000 true'
  return [
    ...ends.flatMap(({ code, output }) => (code === 0 ? [] : [`exit ${code}: ${output}`])),
    ...(found === expected ? [] : [`the database has ${found}`]),
    ...(await logProblems(database)),
  ]
}

/** Problems of migration_log, which must have each file once, as finished. dbmate alone has no such table. */
async function logProblems(database: ConnectionString): Promise<string[]> {
  if ((await answer(database, 'select to_regclass($$dbmate.migration_log$$) is null as answer')) === true)
    return []
  const log = await answer(
    database,
    "select string_agg(name, ',' order by name) as answer from dbmate.migration_log where duration is not null and started_at is not null",
  )
  return log === Object.keys(FILES).join() ? [] : [`the log has ${log}`]
}

/** Asserts that every process succeeded, and that the database has every file once. */
export function assertClean(problems: string[]): void {
  assert.deepEqual(problems, [])
}
