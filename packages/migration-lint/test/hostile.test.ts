import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lintFiles, lintUp, upOnly } from './support.ts'

const SAFE = `create table public.tags (
    name text primary key
);
revoke all on table public.tags from public, anon, authenticated, service_role;
alter table public.tags enable row level security;
`

describe('SQL that triggers a rule:', () => {
  const cases: readonly [what: string, sql: string, expected: readonly string[]][] = [
    [
      'several statements on a line',
      'select 1; grant usage on schema private to anon; commit;',
      ['M021:1', 'M005:1'],
    ],
    [
      'a statement after nested comments',
      '/* a /* ; */ b */ grant /* c */ usage on schema private to anon',
      ['M021:1'],
    ],
    ['capital letters', 'GRANT USAGE ON SCHEMA private TO ANON', ['M021:1']],
    ['a quoted name that is the role', 'grant usage on schema private to "anon"', ['M021:1']],
    [
      'characters of several bytes before it',
      "select 'é€😀';\n\ngrant usage on schema private to anon",
      ['M021:3'],
    ],
    ['a table in CREATE SCHEMA', 'create schema shop create table tags (name text)', ['M010:1', 'M012:1']],
    ['a table by SELECT INTO', 'select 1 as n into public.numbers', ['M010:1', 'M012:1']],
    ['a table with a quoted name', 'create table public."Odd.Name" (id int)', ['M010:1', 'M012:1']],
    [
      'a table that is created and renamed',
      `${SAFE}alter table public.tags rename to labels; alter table public.labels disable row level security;`,
      ['M010:1'],
    ],
    [
      'the line number in a DO block',
      'select 1;\ndo $do$\nbegin\n    if true then\n        grant usage on schema private to anon;\n    end if;\nend\n$do$',
      ['M021:5'],
    ],
    [
      'a loop in an exception block of a DO block',
      'do $$ begin for i in 1..2 loop create unlogged table public.x (); end loop; exception when others then rollback; end $$',
      ['M010:1', 'M012:1', 'M013:1', 'M005:1'].sort(),
    ],
    [
      'EXECUTE of a constant',
      'do $$ begin execute $x$grant usage on schema private to anon$x$; end $$',
      ['M021:1'],
    ],
    [
      'EXECUTE of constants that are joined',
      "do $$ begin execute 'grant usage on schema private ' || 'to anon'; end $$",
      ['M021:1'],
    ],
    [
      'a loop over EXECUTE, and a cursor for EXECUTE',
      "do $$\ndeclare x record; c refcursor;\nbegin\nfor x in execute 'select ' || x loop\ngrant usage on schema private to anon;\nend loop;\nopen c for execute format('select 1');\nend $$",
      ['M008:4', 'M008:7', 'M021:5'],
    ],
    [
      'a role change in a declaration, a condition, an assignment to an element and a RAISE',
      "do $$\ndeclare x text := set_config('role', 'anon', true); y text[];\nbegin\nif set_config('role', 'anon', true) = '' then\ny[1] := set_config('role', 'anon', true);\nraise notice '%', set_config('role', 'anon', true);\nend if;\nend $$",
      ['M005:2', 'M005:4', 'M005:5', 'M005:6'],
    ],
    [
      'CREATE OR REPLACE',
      "create or replace function f() returns int language sql security definer as 'select 1'",
      ['M023:1', 'M024:1'],
    ],
    [
      'a revoke of another function with that name',
      "create function f(a int) returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1'; revoke all on function f(bigint) from public",
      ['M024:1'],
    ],
    [
      'a search_path in one string',
      "create function f() returns int language sql security definer set search_path = 'pg_catalog, pg_temp' as 'select 1'; revoke all on function f from public",
      ['M023:1'],
    ],
    [
      'a policy whose columns occur only in a sub-select',
      `${SAFE}create policy tags_all on public.tags using ((select true));`,
      ['M020:6'],
    ],
    [
      'RESET ALL of a definer function',
      "create function f() returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1'; revoke all on function f from public; alter function f reset all",
      ['M023:1'],
    ],
    [
      'a role change in a condition that compares before it',
      "do $$ begin if (select 1 from x where a = 1) > 0 and set_config('role', 'anon', true) <> '' then null; end if; end $$",
      ['M005:1'],
    ],
    ['a role change in an INSERT', "insert into x select set_config('role', 'anon', true)", ['M005:1']],
    [
      'a policy that only asks whether a column is null',
      `${SAFE}create policy tags_all on public.tags using (name is not null or name is null);`,
      ['M020:6'],
    ],
    ['a marker of psql', '\\i other.sql', ['M000:1']],
  ]
  for (const [what, sql, expected] of cases)
    test(what, async () => assert.deepEqual((await lintUp(sql)).sort(), [...expected].sort()))
})

describe('SQL that triggers no rule:', () => {
  const cases: readonly [what: string, sql: string][] = [
    ['SQL in a string', "comment on schema public is 'x; commit; grant usage on schema private to anon;'"],
    ['SQL in dollar quotes', 'comment on schema public is $a$ $b$; commit; $b$ $a$'],
    ['SQL in an escaped string', "comment on schema public is E'\\'; commit; --'"],
    ['SQL in comments', '-- commit;\n/* commit; /* set role anon; */ commit; */ select 1'],
    [
      'statements of a function',
      'create function f() returns void language plpgsql as $f$ begin grant usage on schema private to anon; create unlogged table x (); end $f$',
    ],
    ['a body of the SQL standard', 'create function f() returns int language sql begin atomic select 1; end'],
    ['another language in a DO block', "do language plpython3u $$ plpy.execute('commit') $$"],
    [
      'a cursor for a written query in a DO block',
      'do $$ declare c refcursor; n int; begin open c for select 1; fetch c into n; n = 2; end $$',
    ],
    ['a role with a similar name', 'grant usage on schema private to "Anon", "PUBLIC"'],
    ['a temporary table', 'create temp table numbers (n int) on commit drop'],
    [
      'a table whose parts are altered in one statement',
      'create table public.tags (name text primary key); revoke all on public.tags from public, anon, authenticated, service_role; alter table public.tags enable row level security, force row level security',
    ],
    ['a comment that ignores in a string', "comment on schema public is '-- lint:ignore M013'"],
  ]
  for (const [what, sql] of cases) test(what, async () => assert.deepEqual(await lintUp(sql), []))
})

describe('files', () => {
  const GRANT = upOnly('grant usage on schema private to anon;')
  const only = async (text: string) =>
    (await lintFiles({ '20260101000000_a.sql': text })).map(({ rule, line }) => `${rule}:${line}`)

  test('that drop an index by its new name are reported at the drop', async () => {
    const policy = 'create policy tags_of on public.tags using (owner = (select auth.uid()));'
    const made = `${SAFE}alter table public.tags add column owner uuid;\ncreate index on public.tags (owner);\n${policy}`
    const dropped = async (sql: string) => {
      const files = { '20260101000000_a.sql': upOnly(made), '20260102000000_b.sql': upOnly(sql) }
      return (await lintFiles(files)).map(({ rule, file, line }) => `${file} ${rule}:${line}`)
    }
    const renamed = 'alter index public.tags_owner_idx rename to by_owner;\ndrop index public.by_owner;'
    assert.deepEqual(await dropped(renamed), ['20260102000000_b.sql M022:4'])
    assert.deepEqual(await dropped('drop index public.tags_owner_idx;'), ['20260102000000_b.sql M022:3'])
    assert.deepEqual(await dropped('alter table public.tags drop constraint tags_pkey;'), [])
    assert.deepEqual(await dropped('drop table public.tags;'), [])
  })

  test('with Windows line ends have the same findings on the same lines', async () => {
    assert.deepEqual(await only(GRANT), ['M021:3'])
    assert.deepEqual(await only(GRANT.replaceAll('\n', '\r\n')), ['M021:3'])
  })

  test('with a byte order mark are read behind it', async () => {
    assert.deepEqual(await only(`\ufeff${GRANT}`), ['M001:1', 'M021:3'])
  })

  test('that are empty or have no marker are reported', async () => {
    assert.deepEqual(await only(''), ['M002:1'])
    assert.deepEqual(await only('select 1;'), ['M002:1', 'M002:1'])
  })

  test('with an empty section are read: an empty down section undoes nothing', async () => {
    assert.deepEqual(await only('-- migrate:up\nselect 1;\n-- migrate:down'), ['M004:3'])
    assert.deepEqual(await only('-- migrate:up\nselect 1;\n-- migrate:down\n'), ['M004:3'])
    assert.deepEqual(await only('-- migrate:up\n-- migrate:down\nselect 1;'), [])
  })

  test('with a null byte are reported', async () => {
    assert.deepEqual(await only('-- migrate:up\nselect 1;\n\nselect \0 2;\n-- migrate:down\nselect 1;'), [
      'M000:4',
    ])
    assert.deepEqual(await only('-- migrate:up\nselect 1;\n-- migrate:down\n\0'), ['M000:4'])
    assert.deepEqual(await only('\0\n-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;'), ['M002:1'])
  })

  test('with a marker in a string are split there, as by dbmate', async () => {
    const text = "-- migrate:up\nselect '\n-- migrate:down\n';\n"
    assert.deepEqual(await only(text), ['M000:2', 'M000:4'])
  })

  test('a down section is parsed, and may not end the transaction either', async () => {
    assert.deepEqual(await only('-- migrate:up\nselect 1;\n-- migrate:down\nselect;\ncommit;'), ['M005:5'])
    assert.deepEqual(await only('-- migrate:up\nselect 1;\n-- migrate:down\nselec;'), ['M000:4'])
  })
})
