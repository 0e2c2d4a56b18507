import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { catalog } from 'rls-judge/catalog.ts'
import type { FileReport } from 'rls-judge/check.ts'
import { runSuite } from 'rls-judge/suite.ts'
import { loadProject } from '../db/project.ts'
import { ATTACKS } from './support/attacks.ts'
import { useTestDatabase, withTestDatabase } from './support/database.ts'
import { sampled } from './support/long.ts'

const database = useTestDatabase()

/**
 * Ways to weaken a database that the catalog comparison must report, with a pattern of the diagnosis. Each is applied in a
 * transaction that is rolled back, including changes of the server's roles.
 */
const BREAKS: readonly [sql: string, diagnosis: RegExp][] = [
  ['drop policy documents_select_own on public.documents', /missing: +documents_select_own/],
  ['alter policy documents_select_own on public.documents using (true)', /using \(true\)/],
  ['alter policy documents_select_own on public.documents to public', /to public/],
  ['alter policy documents_insert_own on public.documents with check (true)', /with check \(true\)/],
  [
    "alter policy documents_select_own on public.documents using (user_id = (select auth.uid()) or file_type = 'x')",
    /OR/,
  ],
  [
    'create policy more on public.documents for select to anon using (true)',
    /should not be: more: permissive/,
  ],
  ['create policy more on public.documents as restrictive using (true)', /should not be: more: restrictive/],
  ['alter policy documents_select_own on public.documents rename to documents_select', /documents_select:/],
  ['alter table public.documents disable row level security', /row level security is off/],
  ['alter table public.documents force row level security', /forced on the owner/],
  ['grant select on public.documents to anon', /anon: select/],
  ['grant select on public.documents to public', /public: select/],
  ['grant select (filename) on public.documents to anon', /anon: select \(filename\)/],
  [
    'grant update (plan_type) on public.user_profiles to authenticated',
    /authenticated: update \(plan_type\)/,
  ],
  ['grant update on public.user_profiles to authenticated', /authenticated: update/],
  ['grant truncate on public.usage_events to service_role', /service_role: truncate/],
  ['grant trigger on public.documents to authenticated', /authenticated: trigger/],
  ['grant references on public.documents to authenticated', /authenticated: references/],
  ['grant select on public.documents to authenticated with grant option', /with grant option/],
  ['revoke delete on public.documents from authenticated', /missing: +authenticated: delete/],
  ['revoke select on public.documents from current_user', /its owner lost a privilege/],
  ['grant select on public.documents to pg_monitor', /pg_monitor: select/],
  ['create table public.notes (id uuid)', /public\.notes is not in db\/access\.ts/],
  ['create schema mine; create table mine.notes (id uuid)', /mine\.notes is not in db\/access\.ts/],
  ['create view public.everything as select * from public.documents', /view without security_invoker/],
  [
    'create view public.everything with (security_invoker) as select * from public.documents',
    /not in db\/access\.ts/,
  ],
  ['create materialized view public.everything as select * from public.documents', /materialized view/],
  ['create sequence public.numbers', /sequence/],
  ['create table public.more () inherits (public.documents)', /is inherited by/],
  ['create rule more as on insert to public.usage_events do instead nothing', /rule more/],
  ['alter table public.usage_events set unlogged', /not permanent/],
  ['alter table public.documents replica identity full', /replica identity/],
  ['alter table public.documents add column notes text', /should not be: notes/],
  ['alter table public.documents drop column storage_path', /missing: +storage_path/],
  [
    'alter table public.documents alter column filename set statistics 100',
    /statistics of public\.documents\.filename/,
  ],
  [
    'create index filenames on public.documents (user_id, lower(filename))',
    /statistics of public\.filenames, column 2/,
  ],
  ['alter table public.documents owner to service_role', /is owned by service_role/],
  [
    'alter function private.find_documents(tsquery, integer) owner to service_role',
    /is owned by service_role/,
  ],
  ['alter function private.find_documents(tsquery, integer) reset search_path', /no search_path set/],
  ['alter function private.find_documents(tsquery, integer) set search_path = public', /search_path=public/],
  ["alter function private.find_documents(tsquery, integer) set search_path = ''", /search_path=""/],
  ["alter function private.caller_id() set search_path = ''", /search_path=""/],
  ['alter function private.find_documents(tsquery, integer) security invoker', /security invoker/],
  ['alter function public.search_documents(text, integer) security definer', /security definer/],
  ['alter function private.search_terms(text) leakproof', /leakproof/],
  ['grant execute on function private.find_documents(tsquery, integer) to anon', /anon: execute/],
  ['grant execute on function private.create_user_profile() to public', /public: execute/],
  [
    'revoke execute on function public.search_chunks(text, integer) from authenticated',
    /missing: +authenticated: execute/,
  ],
  [
    'create function public.mine() returns int language sql as $$ select 1 $$',
    /public\.mine\(\) is not in db\/access\.ts/,
  ],
  [
    'create function public.search_documents(query text) returns int language sql as $$ select 1 $$',
    /search_documents\(text\) is not in/,
  ],
  ['drop function public.search_documents(text, integer)', /search_documents\(text,integer\) is missing/],
  [
    'create function auth.mine() returns text language sql as $$ select current_user::text $$',
    /auth\.mine\(\) is not in/,
  ],
  ['grant usage on schema private to anon', /anon: usage/],
  ['grant create on schema public to authenticated', /authenticated: create/],
  ['grant create on schema public to public', /public: create/],
  ['revoke usage on schema auth from authenticated', /missing: +authenticated: usage/],
  ['grant usage on schema dbmate to service_role', /service_role: usage/],
  ['alter schema private owner to service_role', /is owned by service_role/],
  ['create schema mine', /schema mine is not in/],
  ["create type public.mood as enum ('good')", /type mood in public/],
  ['create domain private.name as text', /type name in private/],
  [
    'create operator public.=== (function = texteq, leftarg = text, rightarg = text)',
    /operator === in public/,
  ],
  [
    'create operator pg_catalog.=== (function = texteq, leftarg = text, rightarg = text)',
    /operator === in pg_catalog/,
  ],
  ['create cast (text as uuid) with inout as implicit', /cast from text to uuid/],
  [
    'create function pg_catalog.mine() returns int language sql as $$ select 1 $$',
    /function mine in pg_catalog/,
  ],
  [
    'create statistics public.pairs on filename, file_type from public.documents',
    /extended statistics pairs/,
  ],
  ['create publication everything for all tables', /publication/],
  [
    `create function public.fired() returns event_trigger language plpgsql as $$ begin end $$;
     create event trigger mine on ddl_command_start execute function public.fired()`,
    /event trigger mine/,
  ],
  ['create extension pgcrypto with schema extensions', /pgcrypto in extensions/],
  [
    'alter default privileges in schema public grant select on tables to public',
    /public on new tables in public/,
  ],
  [
    'alter default privileges in schema private grant execute on functions to anon',
    /anon on new functions in private/,
  ],
  ['alter default privileges grant select on tables to anon', /every schema/],
  [
    'alter default privileges in schema public revoke select on tables from anon',
    /anon on new tables in public/,
  ],
  ['alter role authenticated bypassrls', /bypassrls/],
  ['alter role anon inherit', /inherit/],
  ['alter role authenticator superuser', /superuser/],
  ['alter role authenticated login', /login/],
  ['alter role service_role nobypassrls', /missing: +bypassrls/],
  ['alter role authenticated createrole', /createrole/],
  ['grant service_role to authenticated', /authenticated is a member of service_role/],
  ['grant authenticated to anon', /anon is a member of authenticated/],
  ['grant pg_read_all_data to authenticated', /authenticated is a member of pg_read_all_data/],
  ['grant anon to authenticator with admin option', /with admin option/],
  ['revoke anon from authenticator', /missing: +authenticator is a member of anon/],
  [
    'create role isolation_test_stranger in role authenticated',
    /isolation_test_stranger is a member of authenticated/,
  ],
  [
    'create role isolation_test_stranger in role pg_read_all_data',
    /isolation_test_stranger is a member of pg_read_all_data/,
  ],
  ['create role isolation_test_stranger bypassrls', /isolation_test_stranger bypasses/],
  [
    'create role isolation_test_stranger; grant select on public.documents to isolation_test_stranger',
    /isolation_test_stranger: select/,
  ],
  ["alter role authenticated set row_security = 'off'", /authenticated: row_security=off/],
  ["alter role all set search_path = 'evil'", /search_path=evil/],
  ["alter role authenticator set pgrst.db_plan_enabled = 'true'", /pgrst\.db_plan_enabled/],
  ['grant set on parameter session_replication_role to authenticated', /set on session_replication_role/],
  ['grant select on pg_authid to authenticated', /select on relation pg_authid/],
  ['grant select (rolpassword) on pg_authid to authenticated', /pg_authid\.rolpassword/],
  ['grant select on pg_statistic to public', /public: select on relation pg_statistic/],
  ['grant execute on function pg_read_file(text) to authenticated', /execute on function pg_read_file/],
  ['alter table auth.users disable row level security', /row level security is off/],
  ['grant select on auth.users to authenticated', /authenticated: select/],
  ['grant select (email) on auth.users to anon', /anon: select \(email\)/],
  ['create policy everybody on auth.users using (true)', /everybody: permissive for all to public/],
  ['alter function auth.uid() security definer', /security definer/],
  ['alter schema extensions owner to service_role', /service_role owns schema extensions/],
  ['alter table auth.users owner to authenticated', /authenticated owns table auth\.users/],
  ['alter function auth.uid() owner to authenticated', /authenticated owns function auth\.uid/],
  [
    "select lo_from_bytea(4242, 'x'); grant select on large object 4242 to anon",
    /anon has privileges on large object/,
  ],
  ['grant usage on type public.documents to anon', /privileges on type/],
  ['alter function pg_catalog.ts_match_vq(tsvector, tsquery) leakproof', /ts_match_vq/],
  ['alter function pg_catalog.textlike(text, text) leakproof', /textlike/],
  // Changes in PostgreSQL's own objects, in extensions, and of owners.
  [
    'alter function pg_catalog.query_to_xml(text, boolean, boolean, text) security definer',
    /security definer: query_to_xml/,
  ],
  [
    `create or replace view information_schema.information_schema_catalog_name as
     select filename::information_schema.sql_identifier as catalog_name from public.documents`,
    /reads table public\.documents/,
  ],
  [
    `do $$ begin execute format('grant select on %s to authenticated',
       (select reltoastrelid::regclass from pg_class where oid = 'public.documents'::regclass)); end $$`,
    /authenticated: select on pg_toast\./,
  ],
  ['grant usage on schema pg_toast to authenticated', /authenticated: usage on schema pg_toast/],
  [
    'grant create on schema information_schema to authenticated',
    /authenticated: create on schema information_schema/,
  ],
  ["select lo_from_bytea(4242, 'x'); grant select on large object 4242 to public", /public: select on large/],
  [
    `create view public.everything as select * from public.documents;
     alter extension btree_gin add view public.everything`,
    /view public\.everything in btree_gin/,
  ],
  [
    `create function public.mine() returns int language sql security definer as $$ select 1 $$;
     alter extension btree_gin add function public.mine()`,
    /function public\.mine\(\) in btree_gin/,
  ],
  [
    'create cast (text as uuid) with inout as implicit; alter extension btree_gin add cast (text as uuid)',
    /cast from text to uuid in btree_gin/,
  ],
  [
    'create role isolation_test_stranger; alter function auth.uid() owner to isolation_test_stranger',
    /auth\.uid\(\) is owned by isolation_test_stranger/,
  ],
  [
    'create role isolation_test_stranger; alter schema auth owner to isolation_test_stranger',
    /schema auth is owned by isolation_test_stranger/,
  ],
  [
    `create role isolation_test_stranger;
     do $$ begin execute format('grant %I to isolation_test_stranger', current_user); end $$`,
    /isolation_test_stranger is a member of/,
  ],
  [
    "create subscription mine connection 'dbname=x' publication p with (connect = false, slot_name = none)",
    /should not be: mine/,
  ],
  ['create access method mine type index handler bthandler', /access method mine/],
  ['alter function pg_catalog.int8div(bigint, bigint) leakproof', /int8div/],
  ['alter function pg_catalog.int4(bigint) leakproof', /int4\(bigint\)/],
  ["update pg_language set lanpltrusted = true where lanname = 'c'", /language c is trusted/],
  ['set local session_replication_role = replica', /session_replication_role is replica/],
]

test('the catalog comparison reports every way to weaken the database', async (t) => {
  const project = await loadProject(database().connection, ATTACKS)
  await withOwnerClient(database().connection, async (client) => {
    const judge = async (sql: string) => {
      const diagnoses: string[] = []
      await client.query('begin')
      try {
        await client.query(sql)
        for await (const { diagnosis } of catalog(project).run(client, {}))
          if (diagnosis) diagnoses.push(diagnosis)
      } finally {
        await client.query('rollback')
      }
      return diagnoses.join('\n')
    }
    await t.test('and finds nothing if nothing is wrong', async () => assert.equal(await judge('select'), ''))
    for (const [sql, diagnosis] of BREAKS) {
      await t.test(sql, async () => assert.match(await judge(sql), diagnosis))
    }
  })
})

/** Changes that the pgTAP files and the tests of behaviour must find instead of the catalog comparison. */
const CHANGES: readonly [sql: string, file: string][] = [
  [
    `create or replace function private.search_terms(query text) returns tsquery
     language plpgsql immutable parallel unsafe set search_path = pg_catalog, pg_temp set client_min_messages = warning as $$
declare
    -- A query is a few words; a very long one would raise "tsquery is too large".
    words text := pg_catalog.left(query, 1000);
begin
    return pg_catalog.websearch_to_tsquery('pg_catalog.english', words);
exception when internal_error then
    -- A dash negates what follows; a rule of 32 of them raises "tsquery stack too small". return pg_catalog.plainto_tsquery('pg_catalog.english', words);
end
$$`,
    'tests/schema/functions.sql',
  ],
  ['alter table public.documents drop constraint documents_file_size_check', 'tests/schema/documents.sql'],
  ['alter table public.documents alter column processing_status drop default', 'tests/schema/documents.sql'],
  ['alter table public.documents alter column filename drop not null', 'tests/schema/documents.sql'],
  [
    `alter table public.documents drop constraint documents_user_id_fkey,
     add constraint documents_user_id_fkey foreign key (user_id) references auth.users (id)`,
    'tests/schema/documents.sql',
  ],
  ['drop index public.documents_user_id_search_vector_idx', 'tests/schema/documents.sql'],
  ['drop trigger documents_touch_updated_at on public.documents', 'tests/schema/documents.sql'],
  ['alter table public.documents disable trigger documents_touch_updated_at', 'tests/schema/documents.sql'],
  ['alter table public.document_chunks disable trigger all', 'tests/schema/document_chunks.sql'],
  ['alter table auth.users disable trigger users_create_user_profile', 'tests/schema/accounts.sql'],
  ['drop trigger users_create_user_profile on auth.users', 'tests/schema/accounts.sql'],
  [
    `create or replace function private.touch_updated_at() returns trigger language plpgsql set search_path = pg_catalog, pg_temp
     as $$ begin return new; end $$`,
    'tests/schema/functions.sql',
  ],
  [
    `create or replace function auth.uid() returns uuid language sql stable
     as $$ select 'a0000000-0000-4000-8000-00000000000a'::uuid $$`,
    'tests/rls/accounts.sql',
  ],
  ['alter table public.documents disable row level security', 'packages/rls-judge/src/matrix.ts documents'],
  [
    'alter policy documents_update_own on public.documents using (true) with check (true)',
    'packages/rls-judge/src/matrix.ts documents',
  ],
  [
    'alter policy document_chunks_delete_own on public.document_chunks using (true)',
    'packages/rls-judge/src/matrix.ts document_chunks',
  ],
  [
    'alter policy usage_events_insert_own on public.usage_events with check (true)',
    'packages/rls-judge/src/matrix.ts usage_events',
  ],
  [
    'alter policy agent_requests_select_own on public.agent_requests using (true)',
    'packages/rls-judge/src/forms.ts',
  ],
  [
    'grant execute on function private.create_user_profile() to authenticated',
    'packages/rls-judge/src/forms.ts',
  ],
  [
    'grant usage on schema private to anon; grant execute on function private.find_chunks(tsquery, integer) to anon',
    'packages/rls-judge/src/forms.ts',
  ],
  [
    'alter policy documents_select_own on public.documents using (true)',
    'packages/rls-judge/src/channels.ts',
  ],
  [
    `alter table public.document_chunks drop constraint document_chunks_user_id_document_id_fkey;
     alter table public.documents drop constraint documents_pkey, add constraint documents_pkey primary key (id)`,
    'packages/rls-judge/src/channels.ts',
  ],
  [
    'alter table public.documents alter column filename set statistics 100',
    'packages/rls-judge/src/channels.ts',
  ],
  [
    `create or replace function public.search_documents(query text, max_results integer default 20)
     returns table (id uuid, filename text, file_type text, headline text, rank real)
     language plpgsql stable security definer set search_path = ''
     as $$ begin return query
       select d.id, d.filename, d.file_type, d.content_text, 1::real from public.documents d; end $$`,
    'packages/rls-judge/src/channels.ts',
  ],
  ['grant create on schema public to authenticated', 'packages/rls-judge/src/escapes.ts'],
  [
    `create or replace function private.search_terms(query text) returns tsquery language plpgsql volatile set search_path = pg_catalog, pg_temp
     as $$ begin perform pg_catalog.set_config('request.jwt.claims', '', true);
       return pg_catalog.websearch_to_tsquery('pg_catalog.english', query); end $$`,
    'packages/rls-judge/src/escapes.ts',
  ],
  [
    `create or replace function private.find_documents(terms tsquery, max_results integer) returns table (id uuid, rank real)
     language plpgsql stable security definer set search_path = ''
     as $$ begin return query execute 'select id, 1::real from documents where user_id = $1' using auth.uid(); end $$`,
    'packages/rls-judge/src/shadowing.ts',
  ],
  [
    `create or replace function private.find_chunks(terms tsquery, max_results integer) returns table (id uuid, rank real)
     language plpgsql stable security definer set search_path = ''
     as $$ begin return query select c.id, pg_catalog.ts_rank(c.search_vector, terms, 1) from public.document_chunks c
       where c.user_id = auth.uid() and c.search_vector @@ terms; end $$`,
    'packages/rls-judge/src/shadowing.ts',
  ],
  ["alter function private.create_user_profile() set search_path = ''", 'tests/schema/functions.sql'],
  [
    `create or replace function private.create_user_profile() returns trigger language plpgsql security definer set search_path = public
     as $$ begin insert into user_profiles (user_id, name) values (new.id, null); return new; end $$`,
    'packages/rls-judge/src/shadowing.ts',
  ],
]

for (const [sql, file] of sampled(CHANGES)) {
  test(`${file} fails after: ${sql.replace(/\s+/g, ' ').slice(0, 100)}`, async () => {
    await withTestDatabase(async ({ connection, owner }) => {
      await owner.query(sql)
      const failures: string[] = []
      const report = (done: FileReport) =>
        failures.push(...done.failures.map(({ name }) => `${done.file}: ${name}`))
      // Stops at the first failure, which is the expected result.
      const { failed } = await runSuite(connection, await loadProject(connection, ATTACKS), {
        only: file,
        bail: true,
        report,
      })
      assert.ok(failed > 0, 'no test failed')
      assert.ok(failures.length === failed && failures.every((failure) => failure.startsWith(file)))
    })
  })
}
