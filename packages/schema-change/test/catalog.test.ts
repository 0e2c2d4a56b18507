import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { compareCatalogs } from '../src/catalog/compare.ts'
import { readCatalog } from '../src/catalog/read.ts'
import { rehearse } from '../src/catalog/rehearse.ts'
import { undoSql } from '../src/catalog/undo.ts'
import { changesInWords, foldParts } from '../src/catalog/words.ts'
import { SCOPE, startTestServer, type TestServer } from './support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.remove())

/** The description of a change. */
async function said(sql: string): Promise<string[]> {
  return server.withRollback(async (client) => {
    const old = await readCatalog(client, SCOPE)
    await client.query(sql)
    return changesInWords(compareCatalogs(old, await readCatalog(client, SCOPE)))
  })
}

const CHANGES: readonly [sql: string, words: string | readonly string[]][] = [
  ['alter table shop.items add column size text', 'new column shop.items.size: text'],
  [
    'alter table shop.items drop column price cascade',
    ['column shop.items.price is gone', 'constraint items_price_check on shop.items is gone'],
  ],
  [
    'drop view shop.titles; alter table shop.items alter title type text',
    [
      'column shop.items.title: type was character varying(20), is text',
      'view shop.titles is gone, with 1 column',
    ],
  ],
  ['alter table shop.items alter title set not null', 'column shop.items.title: not null was no, is yes'],
  [
    "alter table shop.items alter title set default 'x'",
    "column shop.items.title: default is 'x'::character varying",
  ],
  ['alter table shop.items alter title set statistics 0', 'column shop.items.title: statistics is 0'],
  [
    'alter table shop.items alter title set (n_distinct = 5)',
    'column shop.items.title: options is {n_distinct=5}',
  ],
  ['alter table shop.items alter title set storage external', 'column shop.items.title: storage is e'],
  ["comment on column shop.items.title is 'T'", 'column shop.items.title: comment is T'],
  ["comment on table shop.items is 'T'", 'table shop.items: comment is T'],
  [
    'alter table shop.items disable row level security',
    'table shop.items: row level security was on, is off',
  ],
  [
    'alter table shop.items force row level security',
    'table shop.items: row level security was on, is on, for the owner too',
  ],
  ['alter table shop.items set (fillfactor = 70)', 'table shop.items: options is {fillfactor=70}'],
  ['alter table shop.orders set unlogged', 'table shop.orders: persistence is unlogged'],
  ['alter table shop.items replica identity full', 'table shop.items: replica identity is f'],
  ['alter table shop.items owner to clerk', 'table shop.items: owner was postgres, is clerk'],
  [
    'alter table shop.items add constraint long check (char_length(title) > 1) not valid',
    'new constraint long on shop.items: CHECK ((char_length((title)::text) > 1)) NOT VALID',
  ],
  ['drop index shop.items_owner_idx', 'index shop.items_owner_idx is gone'],
  [
    "update pg_index set indisvalid = false where indexrelid = 'shop.items_owner_idx'::regclass",
    'index shop.items_owner_idx: valid is no',
  ],
  [
    'alter policy items_own on shop.items using (true)',
    'policy items_own on shop.items: using was (owner = CURRENT_USER), is true',
  ],
  [
    'alter policy items_own on shop.items to member, visitor',
    'policy items_own on shop.items: roles was member, is member, visitor',
  ],
  ['alter table shop.items disable trigger items_stamp', 'trigger items_stamp on shop.items: fires is never'],
  [
    'alter table shop.orders disable trigger all',
    'new disabled trigger "RI_FKey_check_ins" of orders_item_fkey on shop.orders',
  ],
  ['create rule quiet as on delete to shop.orders do instead nothing', 'new rule quiet on shop.orders'],
  ['create statistics shop.two on id, owner from shop.items', 'new statistics shop.two'],
  [
    "create or replace function shop.stock() returns int language sql security definer as 'select 2'",
    'function shop.stock(): other definition',
  ],
  ['alter function shop.total(int) security definer', 'function shop.total(item integer): other definition'],
  [
    "alter function shop.total(int) set search_path = ''",
    'function shop.total(item integer): other definition',
  ],
  ['create view shop.all_titles as select title from shop.items', 'new view shop.all_titles, with 1 column'],
  [
    'alter view shop.titles reset (security_invoker)',
    'view shop.titles: no options any more, was {security_invoker=on}',
  ],
  ['create sequence shop.numbers', 'new sequence shop.numbers'],
  ["create type shop.size as enum ('s', 'l')", 'new enum shop.size'],
  [
    'create domain shop.short as text check (char_length(value) < 9)',
    ['new constraint short_check on shop.short', 'new domain shop.short'],
  ],
  [
    'create operator shop.=== (leftarg = int, rightarg = int, function = int4eq)',
    'new operator shop.=== (integer, integer)',
  ],
  ["create collation shop.german (provider = icu, locale = 'de')", 'new collation shop.german'],
  ['grant insert on shop.items to member', 'new grant member: insert on table shop.items'],
  ['grant update (price) on shop.items to public', 'new grant public: update on column shop.items.price'],
  [
    'grant select on shop.items to member with grant option',
    'grant member: select on table shop.items: may grant it is yes',
  ],
  [
    'grant execute on function shop.total(int) to visitor',
    'new grant visitor: execute on function shop.total(item integer)',
  ],
  ['grant create on schema shop to member', 'new grant member: create on schema shop'],
  ['revoke usage on schema shop from member', 'grant member: usage on schema shop is gone'],
  ['revoke temporary on database shop from public', 'grant public: temporary on the database is gone'],
  ['revoke update on shop.items from postgres', 'new lost right postgres: update on shop.items'],
  [
    'alter default privileges in schema shop grant select on tables to visitor',
    'new default privilege visitor: select on new tables of postgres in shop',
  ],
  ['alter role member bypassrls', 'role member: bypasses row level security was no, is yes'],
  ['grant clerk to member', 'new membership member is a member of clerk'],
  ["alter role member set search_path = 'shop'", 'new setting member: search_path: shop'],
  ['create extension btree_gin schema shop', 'new extension btree_gin'],
  [
    "create function shop.eye() returns event_trigger language plpgsql as 'begin end'; create event trigger eye on ddl_command_end execute function shop.eye()",
    'new event trigger eye',
  ],
  ['create publication everything for all tables', 'new publication everything'],
  ['create schema attic', 'new schema attic'],
  ['grant member to clerk with admin option', 'new membership clerk is a member of member'],
  ['create role outsider; grant member to outsider', 'new membership outsider is a member of member'],
  ['revoke inspector from clerk', 'membership clerk is a member of inspector is gone'],
  ['grant create on database shop to member', 'new grant member: create on the database'],
  ['alter database shop owner to clerk', 'database this database: owner was postgres, is clerk'],
  ["alter database shop set work_mem = '5MB'", 'new setting everybody in this database: work_mem: 5MB'],
  [
    "alter role member in database shop set work_mem = '5 MB'",
    'new setting member in this database: work_mem: 5 MB',
  ],
  ['alter role member connection limit 3', 'role member: connections is 3'],
  [
    'grant set, alter system on parameter work_mem to member',
    ['new grant member: alter system on parameter work_mem', 'new grant member: set on parameter work_mem'],
  ],
  [
    "create subscription far connection 'host=x' publication p with (connect = false)",
    'new subscription far',
  ],
  [
    'revoke execute on function shop.stock() from member; grant execute on function shop.stock() to visitor with grant option',
    [
      'grant member: execute on function shop.stock() is gone',
      'new grant visitor: execute on function shop.stock()',
    ],
  ],
  [
    'alter default privileges grant select on tables to visitor',
    'new default privilege visitor: select on new tables of postgres in every schema',
  ],
  [
    'alter default privileges revoke execute on functions from public',
    'new default privileges of postgres on new f in every schema',
  ],
  [
    'alter table shop.items set (fillfactor = 70, autovacuum_enabled = off)',
    'table shop.items: options is {fillfactor=70,autovacuum_enabled=off}',
  ],
  ['alter table shop.items alter title set compression pglz', 'column shop.items.title: compression is p'],
  ['alter table shop.items cluster on items_owner_idx', 'index shop.items_owner_idx: clustered is yes'],
  [
    'alter index shop.items_pkey set (fillfactor = 50)',
    "index shop.items_pkey: definition was CREATE UNIQUE INDEX items_pkey ON shop.items USING btree (id), is CREATE UNIQUE INDEX items_pkey ON shop.items USING btree (id) WITH (fillfactor='50')",
  ],
  ['drop policy items_own on shop.items', 'policy items_own on shop.items is gone'],
  [
    "comment on policy items_own on shop.items is 'mine'",
    'policy items_own on shop.items: comment was Own rows., is mine',
  ],
  ["comment on type shop.mood is 'M'", 'enum shop.mood: comment is M'],
  ['create aggregate shop.agg (int) (sfunc = int4pl, stype = int)', 'new aggregate shop.agg(integer)'],
  ['create text search configuration shop.plain (copy = simple)', 'new text search configuration shop.plain'],
  ['alter extension citext set schema public', 'extension citext: schema was shop, is public'],
]

describe('a change is described in words:', () => {
  for (const [sql, words] of CHANGES) {
    test(sql, async () => {
      const lines = await said(sql)
      const expected = typeof words === 'string' ? [words] : words
      for (const each of expected)
        assert.ok(
          lines.some((line) => line.includes(each)),
          `${each} in\n${lines.join('\n')}`,
        )
      if (expected.length === 0) assert.deepEqual(lines, [])
    })
  }
})

test('parts of a new or dropped table are counted', async () => {
  assert.deepEqual(
    await said(
      'create table shop.tags (name text primary key, note text); create index tags_note_idx on shop.tags (note); drop table shop.orders',
    ),
    [
      'table shop.orders is gone, with 2 columns, 2 constraints, 1 index',
      'new table shop.tags, with 2 columns, 1 constraint, 2 indexes',
    ],
  )
})

test('foreign schemas, temporary tables and rows are not compared', async () => {
  assert.deepEqual(
    await said(
      'alter table elsewhere.log add column more int; create temporary table mine (id int); delete from shop.items',
    ),
    [],
  )
})

test('a setting of the database is read', async () => {
  assert.deepEqual(await said("alter database shop set work_mem = '5MB'"), [
    'new setting everybody in this database: work_mem: 5MB',
  ])
})

/** Changes that no single statement reverts: rows are lost, or the catalog was changed directly. */
const NOT_TAKEN_BACK = [
  'alter table shop.items drop column price cascade',
  // The catalog does not have the default of the type, and PostgreSQL 15 has no SET STORAGE DEFAULT.
  'alter table shop.items alter title set storage external',
  // A constraint's index cannot be dropped.
  'alter index shop.items_pkey set (fillfactor = 50)',
]

describe('the SQL for reverting a change reverts it:', () => {
  for (const [sql] of CHANGES) {
    test(sql, async () => {
      await server.withRollback(async (client) => {
        const old = await readCatalog(client, SCOPE)
        await client.query(sql)
        const changes = compareCatalogs(old, await readCatalog(client, SCOPE))
        const undo = foldParts(changes).map(({ change }) => undoSql(change))
        assert.equal(undo.includes(undefined), NOT_TAKEN_BACK.includes(sql), undo.join('\n'))
        if (undo.includes(undefined)) return
        for (const statement of undo) await client.query(statement ?? '')
        assert.deepEqual(
          changesInWords(compareCatalogs(old, await readCatalog(client, SCOPE))),
          [],
          undo.join('\n'),
        )
      })
    })
  }
})

const STAGE = {
  read: (client: pg.ClientBase) => readCatalog(client, SCOPE),
  isAllowed: () => true,
  roles: ['outsider'],
}

/** For each difference that the change makes, the SQL if a rehearsal shows that it reverts it. */
async function rehearsed(sql: string): Promise<[words: string, sql: string | undefined][]> {
  const found = await server.withRollback(async (client) => {
    const old = await readCatalog(client, SCOPE)
    await client.query(sql)
    return foldParts(compareCatalogs(old, await readCatalog(client, SCOPE)))
  })
  const works = await server.withClone((client) => rehearse(client, found, STAGE))
  return found.map(({ change, words }, i) => [words, works[i] ? undoSql(change) : undefined])
}

/** Changes that one statement reverts, but that no statement made from the catalog makes. */
const NOT_REHEARSED = [
  // The catalog names the types of an aggregate by number.
  'create aggregate shop.agg (int) (sfunc = int4pl, stype = int)',
]

describe('a rehearsal finds that the SQL reverts a change:', () => {
  for (const [sql] of CHANGES) {
    test(sql, async () => {
      const found = await rehearsed(sql)
      const lacks = found.filter(([, undo]) => undo === undefined)
      assert.equal(
        lacks.length > 0,
        NOT_TAKEN_BACK.includes(sql) || NOT_REHEARSED.includes(sql),
        JSON.stringify(found),
      )
    })
  }
})

/** Changes whose SQL would fail, or would not lead back. */
const FAILING: readonly [sql: string, words: RegExp][] = [
  [
    "drop function shop.total(int); create function shop.total(item int) returns text language sql as 'select null'",
    /^function shop\.total\(item integer\): other definition$/,
  ],
  [
    'drop view shop.titles; create view shop.titles with (security_invoker = on) as select title, id from shop.items',
    /^view shop\.titles: other definition$/,
  ],
  [
    'alter table shop.parcels add column size text; alter table shop.items drop constraint items_price_check; alter table shop.items alter price type boolean using true',
    /^column shop\.items\.price: type was numeric, is boolean$/,
  ],
  ['drop view shop.first', /^view shop\.first is gone, with 1 column, 1 grant$/],
]

describe('SQL that would not revert a change is not returned:', () => {
  for (const [sql, words] of FAILING) {
    test(sql, async () => {
      const found = await rehearsed(sql)
      const line = found.find(([said]) => words.test(said))
      assert.ok(line, JSON.stringify(found))
      assert.equal(line[1], undefined)
    })
  }
})
