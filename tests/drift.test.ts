import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadModule } from 'libpg-query'
import { isAllowed } from '../db/drift/allowed.ts'
import { findDrift } from '../db/drift/drift.ts'
import { asOfVersion } from '../db/drift/scope.ts'
import { findScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'
import { useTestDatabase } from './support/database.ts'

/** Changes made to a live database by hand, and their descriptions. */
const PLANTED: readonly [sql: string, words: RegExp][] = [
  ['alter table public.documents add column note text', /^new column public\.documents\.note: text$/],
  [
    "alter table public.documents alter column file_type set default 'x'",
    /^column public\.documents\.file_type: default is 'x'::text$/,
  ],
  [
    'alter table public.documents alter column content_text set statistics -1',
    /^column public\.documents\.content_text: no statistics any more, was 0$/,
  ],
  [
    'alter table public.usage_events disable row level security',
    /^table public\.usage_events: row level security was on, is off$/,
  ],
  [
    'alter policy documents_select_own on public.documents using (true)',
    /^policy documents_select_own on public\.documents: using was .*, is true$/,
  ],
  [
    'create policy open on public.agent_requests for select to anon using (true)',
    /^new policy open on public\.agent_requests$/,
  ],
  [
    'grant update (plan_type) on public.user_profiles to authenticated',
    /^new grant authenticated: update on column public\.user_profiles\.plan_type$/,
  ],
  [
    'revoke select on public.documents from authenticated',
    /^grant authenticated: select on table public\.documents is gone$/,
  ],
  ['grant create on schema public to authenticated', /^new grant authenticated: create on schema public$/],
  [
    'alter default privileges in schema private grant execute on functions to anon',
    /^new default privilege anon: execute on new functions of postgres in private$/,
  ],
  [
    'alter function private.touch_updated_at() security definer',
    /^function private\.touch_updated_at\(\): other definition$/,
  ],
  [
    'alter table public.documents disable trigger documents_touch_updated_at',
    /^trigger documents_touch_updated_at on public\.documents: fires is never$/,
  ],
  [
    'alter table public.document_chunks disable trigger all',
    /^new disabled trigger .* of document_chunks_user_id_document_id_fkey on public\.document_chunks$/,
  ],
  [
    'drop index public.documents_user_id_created_at_idx',
    /^index public\.documents_user_id_created_at_idx is gone$/,
  ],
  [
    'create rule quiet as on delete to public.usage_events do instead nothing',
    /^new rule quiet on public\.usage_events$/,
  ],
  ["comment on table public.documents is 'mine'", /^table public\.documents: comment was .*, is mine$/],
  ['create table public.leftovers (id integer primary key)', /^new table public\.leftovers, with 1 column, /],
  ['create publication everything for all tables', /^new publication everything$/],
  [
    "do $$ begin execute format('alter database %I set row_security = off', current_database()); end $$",
    /^new setting everybody in this database: row_security: off$/,
  ],
  [
    "do $$ begin execute format('grant create on database %I to authenticated', current_database()); end $$",
    /^new grant authenticated: create on the database$/,
  ],
  [
    'alter default privileges grant execute on functions to anon',
    /^new default privilege(s of postgres on new f|.*: execute on new functions of postgres) in every schema$/,
  ],
]

const database = useTestDatabase()

test('a migrated database has no drift; each planted difference is found, and the SQL reverts it', async () => {
  const { connection, owner } = database()
  const server = maintenance(await findScratch())
  const find = () => findDrift(connection, server)
  assert.deepEqual(await find(), [])

  for (const [sql] of PLANTED) await owner.query(sql)
  const found = await find()
  const said = found.map(({ words }) => words)
  for (const [sql, words] of PLANTED)
    assert.ok(
      said.some((line) => words.test(line)),
      `${sql} in\n${said.join('\n')}`,
    )
  const unexpected = said.filter((line) => !PLANTED.some(([, words]) => words.test(line)))
  assert.deepEqual(unexpected, [])

  for (const { words, sql } of found) {
    assert.ok(sql, words)
    await owner.query(sql)
  }
  assert.deepEqual(await find(), [])
})

test('what a minor release notes in the options of a column is no difference', async () => {
  const { connection, owner } = database()
  await owner.query(`update pg_attribute set attoptions = array['pg_attver=1'] || coalesce(attoptions, '{}')
    where attrelid in ('public.documents'::regclass, 'public.user_profiles'::regclass)`)
  assert.deepEqual(await findDrift(connection, maintenance(await findScratch())), [])
})

test('a difference that no single statement reverts is reported without SQL', async () => {
  const { connection, owner } = database()
  await owner.query('alter table public.agent_sessions drop column context_state')
  const found = await findDrift(connection, maintenance(await findScratch()))
  const column = found.find(({ words }) => words === 'column public.agent_sessions.context_state is gone')
  assert.ok(column)
  assert.equal(column.sql, undefined)
})

test('SQL that would not revert a difference is not shown', async () => {
  const { connection, owner } = database()
  await owner.query('drop function private.search_headline(text, tsquery)')
  await owner.query(
    "create function private.search_headline(body text, terms tsquery) returns integer language sql as 'select 1'",
  )
  const found = await findDrift(connection, maintenance(await findScratch()))
  const changed = found.find(({ words }) =>
    /^function private\.search_headline\(.*other definition$/s.test(words),
  )
  assert.ok(changed, JSON.stringify(found))
  assert.equal(changed.sql, undefined)
  // The database of this file lacks the column, which no SQL brings back, so a privilege on it cannot be granted either.
  const grant = found.find(({ words }) => /: insert on column .*context_state is gone$/.test(words))
  assert.ok(grant)
  assert.equal(grant.sql, undefined)
})

/** Text of a server that is not to be trusted, in the SQL of a rehearsal. */
const REFUSED: readonly (readonly string[])[] = [
  ["copy (select 1) to program 'true'"],
  ['create view public.v as select 1; commit'],
  ['do $$ begin perform 1; end $$'],
  [
    "do $$ begin execute format('alter database %I set a = 1; select lo_export(1, ''/tmp/x'')', current_database()); end $$;",
  ],
  ["create function public.f() returns integer language c as 'f', 'f'"],
  ["create subscription s connection 'host=x' publication p"],
  ['create materialized view public.m as select pg_sleep(1)'],
  [
    "create function public.f() returns integer immutable language sql as 'select pg_reload_conf()::int'",
    'create index on public.documents ((public.f()))',
  ],
  [
    'create function public.f() returns integer immutable language sql begin atomic select 1; end',
    'create view public.v as select 1',
  ],
  ["select 'no; end"],
]

test('a rehearsal runs only statements that describe objects', async () => {
  await loadModule()
  for (const sql of REFUSED) assert.equal(isAllowed(sql, true), false, sql.join('; '))
  const created = [
    "create function public.f() returns integer language sql as 'select 2'",
    'drop function public.f()',
  ]
  assert.equal(isAllowed(created, true), true)
  assert.equal(isAllowed(created, false), false)
  const harmless = [
    "create function public.f() returns integer language sql as 'select null'",
    'create view public.v as select 1',
  ]
  assert.equal(isAllowed(harmless, false), true)
})

test('a server before 17 lacks MAINTAIN, which is no difference', () => {
  const objects = ['anon: maintain on new tables of x in public', 'anon: select on new tables of x in public']
  const catalog = new Map(
    objects.map((name) => [name, { kind: 'default privilege', name, table: undefined, facts: {} }]),
  )
  assert.deepEqual([...asOfVersion(catalog, 160_010).keys()], objects.slice(1))
  assert.deepEqual([...asOfVersion(catalog, 170_000).keys()], objects)
})
