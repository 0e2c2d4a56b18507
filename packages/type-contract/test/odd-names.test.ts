import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { compile, programFolder } from './support/compile.ts'
import { afterSql, useEmptyDatabase } from './support/database.ts'
import { describeSchema, type Schema, writeSchema } from './support/round-trip.ts'

const LONG = 'l'.repeat(63)
const ENUM = 'e'.repeat(63)
const TABLE = 'create table t (id integer); insert into t values (1);'

/** Schemas that are difficult for a generator. Their types must compile and match their rows. */
const CASES: readonly [what: string, sql: string][] = [
  [
    'names that begin with a digit',
    `create type "2nd mood" as enum ('1'); create table "2fa_codes" ("1st" integer not null, "2" text, m "2nd mood", status text check (status in ('0')));
     insert into "2fa_codes" values (1, '2', '1', '0');
     create function "3rd"("4th" integer) returns integer language sql as 'select 1'`,
  ],
  [
    'reserved words',
    `create table "class" ("default" integer, "function" text, "new" boolean, "null" text, "any" integer, "await" text, "enum" text check ("enum" in ('var', 'let')));
     insert into "class" values (1, 'a', true, 'x', 2, 'y', 'var');
     create table "type" ("interface" integer); create table "undefined" (a integer); create table "never" (a integer);
     create table "string" (a integer); create table "object" (a integer); create table "symbol" (a integer);
     create function "delete"("typeof" integer) returns integer language sql as 'select 1'`,
  ],
  [
    'names of members that every object has',
    `create type "toString" as enum ('constructor', '__proto__', 'hasOwnProperty');
     create table constructor (constructor integer, "toString" "toString", "hasOwnProperty" text);
     insert into constructor values (1, '__proto__', 'x');
     create table "valueOf" (id integer);
     create function constructor() returns integer language sql as 'select 1';
     create function "isPrototypeOf"(a integer) returns table (constructor integer) language sql as 'select 1'`,
  ],
  [
    'names that the generated types use',
    `create type role as enum ('a'); create type json_value as enum ('x'); create type interval_kind as enum ('y');
     create table date (a timestamptz); insert into date values (now());
     create table "DB" (a integer); create table json (j json); insert into json values ('[1]');
     create table numeric (a numeric, b role); insert into numeric values (1.5, 'a'); create table timestamps (a bytea);
     insert into timestamps values ('\\x00');
     create table uint8_array (a bytea); create table generated (a integer default 1); create table column_type (a point);
     create table selectables (a integer); create table json_text (a jsonb not null); insert into json_text values ('"x"');
     create table "Database" (id integer); create table tables (id integer);
     create table int8s (int8 int8); create table z (z text);
     create function generated(a json) returns json language sql as 'select a'`,
  ],
  [
    'row types with names that the generated types use',
    `create table dates (date date); insert into dates values (now()); create table databases (id integer); create table jsons (j jsonb);
     create table column_types (a integer); create table uint8arrays (a bytea[])`,
  ],
  [
    'Unicode',
    `create type 気分 as enum ('良い', '悪い'); create table 文書 (題名 text not null, 気分 気分, "naïve café" text, "🦆" integer);
     insert into 文書 values ('あ', '良い', 'é', 1);
     create table "Größe" ("straße" text check ("straße" in ('ß'))); create table "हिन्दी" ("नाम" text);
     create table "ребёнок" (имя text); create table "𠮷野" (a integer); create table "ℌello" (a integer);
     create table "m²" ("½" integer); create table "عربى" ("نص" text)`,
  ],
  [
    'names of 63 bytes',
    `create type ${ENUM} as enum ('${LONG}'); create table ${LONG} (${LONG} ${ENUM}, ${LONG.slice(1)}s ${ENUM}[]);
     insert into ${LONG} values ('${LONG}', array['${LONG}']::${ENUM}[]);
     create function ${LONG}(${LONG} ${ENUM}) returns ${ENUM} language sql as 'select $1'`,
  ],
  [
    'dots, spaces, quotes, dollars, backslashes and line breaks',
    `create table "a.b" ("c.d" integer, "e f" text, "g""h" text, "i'j" text, "k$l" text, "$m" text, "n\\o" text, "p
q" text, "\`\${r}" text, "*/ s" text, "// t" text, ": [" text, "«0»" text);
     insert into "a.b" values (1, 'e', 'g', 'i', 'k', 'm', 'n', 'p', 'r', 's', 't', 'u', 'v');
     create table "quote""d ' table" ("x: y," integer); create view "v.w" as select * from "a.b";
     create function "call me"("an ""arg""" text, "it's" text default '*/') returns text language sql as 'select $1'`,
  ],
  [
    'words of the types package in values',
    `create type trap as enum ('«0»', 'export const Constants = ', ' as const', E'\\nexport const Constants = {}', '\${x}', '\`', '"«1»"');
     create table t (a trap not null, b text check (b in ('«0»', '*/', E'\\u2028', '\\', '''"')), c text[]);
     insert into t values ('«0»', '«0»', '{}'), (' as const', '\\', null), (E'\\nexport const Constants = {}', '*/', null)`,
  ],
  [
    'an empty enum, an enum of another schema, an empty string',
    `create type nothing as enum (); create schema aside; create type aside.mood as enum ('', ' ', 'b');
     create table t (a nothing, b aside.mood, c aside.mood[], d nothing[]);
     insert into t values (null, '', array[' ', null]::aside.mood[], null);
     create function mood_of(m aside.mood, n nothing) returns aside.mood language sql as 'select m'`,
  ],
  [
    'a table without columns, and one without a column that users see',
    `create table nothing (); insert into nothing default values; create table one (a integer); alter table one drop column a;
     create view of_nothing as select from nothing`,
  ],
  [
    'generated columns',
    `create table g (id integer generated always as identity, a integer not null, b integer generated always as (a * 2) stored,
       c integer generated by default as identity); insert into g (a) values (1)`,
  ],
  [
    "user-defined types with the names of PostgreSQL's",
    `create type public.point as enum ('here'); create type public.text as (a integer); create type public.json as enum ('j');
     create type public.int4 as enum ('four'); create domain public.date as public.int4; create type public._mine as enum ('m');
     create type public.record as enum ('r');
     create table t (a public.point, b public.text, c public.json, d public.int4[], e public.date, f public._mine, g public._mine[], h public.record);
     insert into t values ('here', row(1), 'j', array['four']::public.int4[], 'four', 'm', array['m']::public._mine[], 'r')`,
  ],
  [
    'domains over domains, arrays, enums, composites and ranges',
    `create type mood as enum ('ok'); create type pair as (a integer, b mood);
     create domain d1 as integer check (value > 0); create domain d2 as d1 not null default 5; create domain d3 as d2[];
     create domain d4 as mood; create domain d5 as pair; create domain d6 as int4range; create domain d7 as numeric(5, 2);
     create domain d8 as varchar(3); create domain d9 as jsonb check (jsonb_typeof(value) = 'array'); create domain d10 as text[] check (cardinality(value) < 3);
     create table t (a d1, b d2, c d3, d d4, e d5, f d6, g d7, h d8, i d9, j d10, k d4[], l d5[]);
     insert into t values (1, default, array[1]::d2[], 'ok', row(1, 'ok'), '[1,2)', 1.5, 'abc', '[1]', array['a', null], array['ok']::d4[], array[row(1, null)]::d5[]);
     create view v as select a.a, b.b from t as a left join t as b on false`,
  ],
  [
    'composites in composites, row types as columns',
    `create type inner_type as (a integer, b text[]); create type outer_type as (i inner_type, many inner_type[], r int4range);
     create table people (id integer not null, name text); create table t (o outer_type, os outer_type[], p people, ps people[]);
     insert into t values (row(row(1, array['x']), array[row(2, null)]::inner_type[], '[1,2)'), null, row(1, 'Ada'), array[row(2, null)]::people[]);
     create function first_of(o outer_type) returns inner_type language sql as 'select (o).i'`,
  ],
  [
    'every kind of range, multirange and bit string',
    `create type span as range (subtype = numeric, multirange_type_name = spans);
     create table t (a int4range, b int8range, c numrange, d tsrange, e tstzrange, f daterange, g int4multirange, h nummultirange,
       i tstzmultirange, j bit(3), k varbit, l bit, m span, n spans, o span[], p daterange[], q numrange[], r bit(2)[]);
     insert into t values ('[1,2)', 'empty', '(,)', '[2026-01-01,)', '[2026-01-01,)', '[2026-01-01,)', '{}', '{[1,2)}', '{}', '101', '1', '0',
       '[1,2)', '{[1,2)}', '{"[1,2)"}', '{"[2026-01-01,)"}', '{"[1,2)"}', '{10}')`,
  ],
  [
    'the rest of the types',
    `create table t (a money, b xml, c inet, d cidr, e macaddr, f macaddr8, g time, h timetz, i interval, j "char", k name, l oid, m regclass,
       n pg_lsn, o tsvector, p tsquery, q line, r lseg, s box, t path, u polygon, v circle, w point, x uuid, y money[], z interval[],
       aa point[], ab circle[], ac bytea[], ad json[], ae jsonb[], af date[], ag numeric[], ah int8[], ai bool[], aj name[], ak int2vector, al jsonpath, am xid);
     insert into t values ('1.5', '<a/>', '::1', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '01:02', '01:02+01', '1 day', 'c', 'n', 1, 'pg_class',
       '0/0', 'a:1', 'a', '{1,2,3}', '[(1,2),(3,4)]', '(1,2),(3,4)', '[(1,2)]', '((1,2))', '<(1,2),3>', '(1,2)', '00000000-0000-0000-0000-000000000000', '{1.5}',
       '{1 day}', '{"(1,2)"}', '{"<(1,2),3>"}', '{"\\\\x00"}', '{1}', '{"{\\"a\\": 1}", null}', '{2026-01-01}', '{1.5}', '{1}', '{t}', '{n}', '1 2', '$.a', '1')`,
  ],
  [
    'numbers of unusual precision',
    `create table t (a numeric(2, 4), b numeric(3, -2), c numeric(1000, 0), d numeric(5), e numeric(4, 4), f float4, g int2 check (g between -5 and 5), h numeric check (h > 0.5 and h < 1e3), i int8 check (i <> 0));
     insert into t values (0.0099, 99900, 1, 5, 0.9999, 1.5, 5, 1, 1)`,
  ],
  [
    'checks that compare a column as something else',
    `create table t (a integer check (a::text in ('1', '2')), b text check (b::integer > 5), c text[] check (c::text <> '' and char_length(c::text) < 9),
       d numeric check (d::integer < 5), e text check (e > '5'), f varchar(5) check (f in ('a', 'b')), g text check (lower(g) in ('x')), h json check (json_typeof(h) = 'object'),
       i bytea check (length(i) < 5), j text check (j = any (array['p', 'q'])), k text check (k in ('a', null)));
     insert into t values (1, '6', '{}', 1, '9', 'a', 'X', '{}', '\\x00', 'p', 'a')`,
  ],
  [
    'views over views, materialized views, writable views',
    `${TABLE} create view v1 as select id, id + 1 as next from t; create view v2 as select * from v1; create materialized view m as select * from v2;
     create view v3 as select count(*) as n, array_agg(id) as ids from m; create recursive view r (n) as select 1 union all select n + 1 from r where n < 3;
     create view w as select id from t; create rule ins as on insert to v3 do instead nothing`,
  ],
  [
    'partitions of partitions, inheritance',
    `create table p (a integer not null, b text) partition by list (a); create table p1 partition of p for values in (1) partition by hash (b);
     create table p11 partition of p1 for values with (modulus 1, remainder 0); insert into p values (1, 'x');
     create table parent (a integer not null check (a > 0)); create table child (b text) inherits (parent); insert into child values (1, 'x')`,
  ],
  [
    'functions of every kind',
    `${TABLE} create type pair as (a integer, b text);
     create function f(a integer) returns integer language sql as 'select 1';
     create function f(a text, b text default 'x') returns table (id integer, f text) language sql as $$ select 1, 'x' $$;
     create function f() returns setof t language sql as 'select * from t';
     create function unnamed(integer, text) returns integer language sql as 'select 1';
     create function half_named(a integer, integer) returns integer language sql as 'select 1';
     create function outs(out a integer, b integer, out integer, inout c text default 'x') language sql as $$ select 1, 2, 'x' $$;
     create function one_out(out a integer[]) language sql as 'select null::integer[]';
     create function many(variadic texts text[]) returns setof text language sql as 'select unnest(texts)';
     create function anything(a anyelement, b anyarray, variadic c anyarray) returns anyelement language sql as 'select a';
     create function record_of() returns record language sql as $$ select 1, 'x' $$;
     create function records_of() returns setof record language sql as $$ select 1, 'x' $$;
     create function pairs() returns setof pair language sql as $$ select 1, 'x' $$;
     create function nothing() returns void language sql as '';
     create function json_arg(json) returns jsonb language sql as 'select $1::jsonb';
     create function defaults(a integer default 1, b integer[] default '{}', c jsonb default null, d timestamptz default now()) returns timestamptz[] language sql as 'select array[d]';
     create function arrays(a uuid[], b pair[], c jsonb[]) returns pair[] language sql as 'select b';
     create function same_name(a integer, out b integer) language sql as 'select 1';
     create procedure proc(a integer, inout b integer) language sql as 'select 1';
     create aggregate agg(text) (sfunc = textcat, stype = text);
     create function trig() returns trigger language plpgsql as $$ begin return new; end $$;
     create function evt() returns event_trigger language plpgsql as $$ begin end $$`,
  ],
  [
    'a function of a row, which PostgREST serves as a column',
    `create table t (id integer); create function computed(t) returns integer language sql as 'select 1'`,
  ],
  [
    'comments that end comments',
    `create table t (a integer check (a > 0) default 1, b text default E'*/\\r\\n// x'); insert into t default values; create type e as enum ('a');
     comment on table t is E'*/ export const x = 1 /*\\n@deprecated\\u2028*/ \`\${1}\`'; comment on column t.a is E'*/\\r/**/ \\\\*/'; comment on type e is '*/';
     create function f(a text default '*/') returns text language sql as 'select a'; comment on function f is E'*/\\n*/'`,
  ],
  [
    'an extension and its types',
    `create extension hstore; create extension citext; create extension ltree;
     create table t (a hstore, b citext not null, c citext[], d ltree, e hstore[], f citext check (f in ('a', 'b')));
     insert into t values ('a=>b', 'x', array['y', null]::citext[], 'a.b', null, 'A')`,
  ],
  [
    'a foreign table',
    `create extension file_fdw; create server elsewhere foreign data wrapper file_fdw; create table here (a integer);
     create foreign table there (a integer not null, "b c" text) server elsewhere options (program 'echo 1,x', format 'csv')`,
  ],
  [
    'tables that refer to themselves and each other',
    `create table nodes (id integer primary key, parent integer references nodes, "next.one" integer unique references nodes);
     create table a (id integer primary key); create table b (id integer primary key references a); alter table a add column b integer references b;
     insert into nodes values (1, 1, null)`,
  ],
  [
    'a table as wide as a name list can be',
    `create table wide (${Array.from({ length: 200 }, (_, index) => `c${index} integer default ${index}`).join(', ')}); insert into wide default values`,
  ],
]

describe('schemas with odd names and types', () => {
  const database = useEmptyDatabase()

  test('have types that compile and match their rows', async (t) => {
    const folder = programFolder(t)
    const made: (Schema | Error)[] = []
    for (const [index, [, sql]] of CASES.entries()) {
      const { client, settings, member } = database()
      const grant = `grant select, insert, update on all tables in schema public to ${client.escapeIdentifier(member)}`
      const schema = await afterSql({ client }, `${sql}; ${grant}`, () =>
        describeSchema(client, settings),
      ).catch((error: Error) => error)
      made.push(schema)
      if (!(schema instanceof Error)) writeSchema(join(folder, `case-${index}`), schema)
    }
    const errors = compile(folder)
    for (const [index, [what]] of CASES.entries()) {
      const schema = made[index]
      await t.test(what, async () => {
        if (!schema || schema instanceof Error) throw schema
        assert.deepEqual(
          errors.filter((error) => error.startsWith(`case-${index}/`)),
          [],
        )
        // The JavaScript modules run and match the catalog.
        const generated = join(folder, `case-${index}`, 'src', 'generated')
        const { access } = await import(join(generated, 'values.js'))
        await import(join(generated, 'zod.js'))
        await import(join(generated, 'supabase.js'))
        assert.deepEqual(Object.keys(access).sort(), schema.catalog.relations.map(({ name }) => name).sort())
      })
    }
    assert.deepEqual(
      errors.filter((error) => !error.startsWith('case-')),
      [],
    )
  })

  test('have zod schemas that accept the range of numbers of unusual precision', async (t) => {
    const folder = programFolder(t)
    const { client, settings, member } = database()
    const sql = `create table n (a numeric(2, 4), b numeric(3, -2), c numeric(4, 4));
      grant insert on n to ${client.escapeIdentifier(member)}`
    writeSchema(folder, await afterSql({ client }, sql, () => describeSchema(client, settings)))
    const { nRowInsertSchema } = await import(join(folder, 'src/generated/zod.js'))
    for (const [row, fits] of [
      [{ a: '0.0099' }, true],
      [{ a: '0.01' }, false],
      [{ b: 99900 }, true],
      [{ b: 99949 }, true],
      [{ b: 100000 }, false],
      [{ c: '-0.9999' }, true],
      [{ c: 1 }, false],
    ] as const) {
      assert.equal(nRowInsertSchema.safeParse(row).success, fits, JSON.stringify(row))
      const [column, value] = Object.entries(row)[0] ?? []
      const stored = afterSql({ client }, sql, () =>
        client.query(`insert into n (${column}) values ($1)`, [value]),
      )
      if (fits) await stored
      else await assert.rejects(stored, { code: '22003' })
    }
  })
})
