import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { loadModule } from 'libpg-query'
import { type AccessChange, accessInWords, compareAccess } from '../src/access/compare.ts'
import { existedIn } from '../src/access/existed.ts'
import { readAccess, readObjects } from '../src/access/read.ts'
import { widens } from '../src/access/widening.ts'
import { readCatalog } from '../src/catalog/read.ts'
import { SCOPE, startTestServer, type TestServer } from './support/server.ts'

const CALLERS = { everybody: ['visitor'], users: ['visitor', 'member'] }
const OWN = '(owner = CURRENT_USER)'

let server: TestServer

before(async () => {
  await loadModule()
  server = await startTestServer()
})

after(() => server.remove())

async function changes(sql: string): Promise<AccessChange[]> {
  return server.withRollback(async (client) => {
    const existed = existedIn(await readCatalog(client, SCOPE), await readObjects(client))
    const old = await readAccess(client, SCOPE)
    await client.query(sql)
    return compareAccess(old, await readAccess(client, SCOPE), existed)
  })
}

/** A change, its description, and whether its author must give a reason. */
const CHANGES: readonly [sql: string, words: readonly string[], widening: boolean][] = [
  ['grant select (title) on shop.items to visitor', [], false],
  [
    'grant select (title) on shop.items to visitor; create policy seen on shop.items to visitor using (true)',
    ['visitor may now select shop.items (title): true'],
    true,
  ],
  [
    'grant update (price) on shop.items to member; create policy w on shop.items for update to member using (owner = current_user)',
    [`member may now update shop.items (price, title): ${OWN}`],
    true,
  ],
  [
    'grant insert on shop.items to member; create policy w on shop.items for insert with check (price < 5)',
    ['member may now insert shop.items (id, owner, price, title): (price < (5)::numeric)'],
    true,
  ],
  [
    'alter policy items_own on shop.items using (true)',
    [`member may select shop.items (id, owner, price, title): true; before: ${OWN}`],
    true,
  ],
  [
    'create policy cheap on shop.items as restrictive using (price < 5)',
    [
      `member may select shop.items (id, owner, price, title): ${OWN} and (price < (5)::numeric); before: ${OWN}`,
    ],
    true,
  ],
  [
    'create policy anything on shop.items to member using (true); create policy cheap on shop.items as restrictive using (price < 5)',
    [
      `member may select shop.items (id, owner, price, title): (${OWN} or true) and (price < (5)::numeric); before: ${OWN}`,
    ],
    true,
  ],
  [
    'alter table shop.items disable row level security',
    [
      'member may now update shop.items (title): every row',
      `member may select shop.items (id, owner, price, title): every row; before: ${OWN}`,
    ],
    true,
  ],
  [
    'drop policy items_own on shop.items',
    ['member may no longer select shop.items (id, owner, price, title)'],
    false,
  ],
  [
    'revoke usage on schema shop from member',
    [
      'member may no longer execute shop.stock()',
      'member may no longer select shop.items (id, owner, price, title)',
      'member may no longer use schema shop',
    ],
    false,
  ],
  [
    'grant execute on function shop.total(int) to public',
    [
      'member may now execute shop.total(item integer): as itself',
      'visitor may now execute shop.total(item integer): as itself',
    ],
    true,
  ],
  [
    "create or replace function shop.stock() returns int language sql security definer as 'select 2'",
    ['member may execute shop.stock(), which runs as postgres and has another text now'],
    true,
  ],
  [
    "create or replace function shop.may(n int) returns boolean language sql as 'select true'",
    ['member may select shop.boxes (id, parcel): shop.may(id); a function in it has another text now'],
    true,
  ],
  [
    "create or replace function shop.maximum() returns int language sql as 'select 1000'",
    ['member may insert shop.boxes (id): shop.may(id); a function in it has another text now'],
    true,
  ],
  ["create or replace function shop.total(item int) returns int language sql as 'select 2'", [], false],
  [
    "create or replace function shop.log() returns trigger language plpgsql security definer as 'begin return null; end'",
    ['member may fire trigger boxes_log on shop.boxes, which runs as postgres and has another text now'],
    true,
  ],
  [
    'create trigger items_log before update on shop.items for each row execute function shop.log()',
    ['member may now fire trigger items_log on shop.items: as postgres'],
    true,
  ],
  [
    'create trigger orders_log before update on shop.orders for each row execute function shop.log()',
    [],
    false,
  ],
  [
    'create trigger items_stamp_again before update on shop.items for each row execute function shop.stamp()',
    [],
    false,
  ],
  [
    'alter function shop.stamp() security definer',
    ['member may now fire trigger items_stamp on shop.items: as postgres'],
    true,
  ],
  ['alter trigger boxes_log on shop.boxes rename to boxes_written', [], false],
  [
    'create rule items_copied as on update to shop.items do also update shop.orders set item = new.id',
    ['member may now fire rule items_copied on shop.items: as postgres'],
    true,
  ],
  [
    'create or replace rule boxes_kept as on delete to shop.boxes do also delete from shop.parcels',
    ['member may fire rule boxes_kept on shop.boxes, which runs as postgres and has another text now'],
    true,
  ],
  [
    'alter table shop.boxes disable rule boxes_kept',
    ['member may now write past rule boxes_kept on shop.boxes'],
    true,
  ],
  [
    'alter table shop.items disable trigger items_stamp',
    ['member may now write past trigger items_stamp on shop.items'],
    true,
  ],
  [
    'alter table shop.boxes disable trigger all',
    [
      'member may now write past constraint boxes_parcel_fkey on shop.boxes',
      'member may now write past trigger boxes_log on shop.boxes',
    ],
    true,
  ],
  [
    'alter table shop.boxes disable row level security',
    ['member may select shop.boxes (id, parcel): every row; before: shop.may(id)'],
    true,
  ],
  [
    'create trigger items_log before update on shop.items for each row execute function shop.log(); alter table shop.items disable trigger items_log',
    ['member may now write past trigger items_log on shop.items'],
    false,
  ],
  [
    'alter function shop.stock() security invoker',
    ['member may execute shop.stock(): as itself; before: as postgres'],
    true,
  ],
  [
    "create function shop.sum() returns int language sql security invoker as 'select 1'; revoke all on function shop.sum() from public; grant execute on function shop.sum() to member",
    ['member may now execute shop.sum(): as itself'],
    false,
  ],
  [
    "create function shop.sum() returns int language sql security definer as 'select 1'; revoke all on function shop.sum() from public; grant execute on function shop.sum() to member",
    ['member may now execute shop.sum(): as postgres'],
    true,
  ],
  [
    'alter table shop.items add column size text',
    ['member may now select shop.items (size): (owner = CURRENT_USER)'],
    false,
  ],
  [
    'create table shop.tags (name text); grant select on shop.tags to member',
    ['member may now select shop.tags (name): every row'],
    true,
  ],
  [
    'create table shop.tags (name text); alter table shop.tags enable row level security; create policy t on shop.tags using (name = current_user); grant select on shop.tags to member',
    ['member may now select shop.tags (name): (name = CURRENT_USER)'],
    false,
  ],
  [
    'create table shop.tags (name text); alter table shop.tags enable row level security; create policy t on shop.tags using (name = current_user); grant select on shop.tags to visitor',
    ['visitor may now select shop.tags (name): (name = CURRENT_USER)'],
    true,
  ],
  ['grant create on schema shop to member', ['member may now create in schema shop'], true],
  ['grant clerk to member', ['member may now become clerk'], true],
  ['grant pg_read_all_data to member with inherit true', ['member may now become pg_read_all_data'], true],
  [
    'alter role member bypassrls',
    [
      'member may now pass the policies of everything',
      'member may now update shop.items (title): every row',
      `member may select shop.items (id, owner, price, title): every row; before: ${OWN}`,
    ],
    true,
  ],
  ['grant select on shop.items to clerk', [], false],
  [
    'grant usage on schema shop to clerk; grant select (title) on shop.items to clerk with grant option; create policy c on shop.items to clerk using (price > 0)',
    ['clerk may now select shop.items (title): (price > (0)::numeric)', 'clerk may now use schema shop'],
    true,
  ],
  ['grant truncate on shop.orders to member', ['member may now truncate shop.orders'], true],
  ['grant maintain on shop.orders to member', ['member may now maintain shop.orders'], true],
  [
    'create view shop.leak as select * from shop.items; grant select (title) on shop.leak to member',
    ['member may now select shop.leak (title): every row that its owner postgres sees'],
    true,
  ],
  [
    'create materialized view shop.leak as select title from shop.items; grant select on shop.leak to member',
    ['member may now select shop.leak (title): every row that its owner postgres sees'],
    true,
  ],
  [
    'create view shop.own with (security_invoker) as select title from shop.items; grant select on shop.own to member',
    ['member may now select shop.own (title): the rows of its tables that the caller sees'],
    false,
  ],
  [
    'create or replace view shop.titles with (security_invoker = on) as select title from shop.items limit 1',
    [],
    false,
  ],
  [
    'create or replace view shop.first as select id from shop.parcels',
    ['member may select shop.first (id): every row that its owner postgres sees; its definition has changed'],
    true,
  ],
  [
    'alter view shop.titles reset (security_invoker); grant select on shop.titles to member',
    ['member may now select shop.titles (title): every row that its owner postgres sees'],
    true,
  ],
  ['alter table shop.items rename to goods; alter table shop.goods rename title to label', [], false],
  ['alter function shop.stock() rename to left_over', [], false],
  [
    'alter table shop.items rename to goods; alter policy items_own on shop.goods using (price > 0)',
    [`member may select shop.goods (id, owner, price, title): (price > (0)::numeric); before: ${OWN}`],
    true,
  ],
  [
    'create policy w on shop.items for update to member using (owner = current_user); alter table shop.items rename price to cost; grant update (cost) on shop.items to member',
    [`member may now update shop.items (cost, title): ${OWN}`],
    true,
  ],
  [
    'alter table shop.items rename to old; create table shop.items (id int, owner text); alter table shop.items enable row level security; create policy p on shop.items using (id > 0); grant select on shop.items to member',
    [`member may select shop.items (id, owner): (id > 0); before: ${OWN}`],
    true,
  ],
  ['grant create on database shop to member', ['member may now create schemas in the database'], true],
  [
    'grant set on parameter session_replication_role to member',
    ['member may now set session_replication_role'],
    true,
  ],
  [
    'create foreign data wrapper wire; create server far foreign data wrapper wire; grant usage on foreign server far to member',
    ['member may now use foreign server far'],
    true,
  ],
  [
    'grant select on shop.items to member with grant option',
    ['member may now grant select on shop.items'],
    true,
  ],
  [
    'grant execute on function shop.stock() to member with grant option',
    ['member may now grant execute on shop.stock()'],
    true,
  ],
  [
    'create sequence shop.numbers; grant usage on sequence shop.numbers to member',
    ['member may now usage sequence shop.numbers'],
    true,
  ],
]

// A new table with a policy of this condition.
const EVERY_ROW: readonly [condition: string, isEveryRow: boolean][] = [
  ['true', true],
  ['(select true)', true],
  ['name = current_user or true', true],
  ['1 = 1', true],
  ['name is null or name is not null', true],
  ['name = name', true],
  ["current_user <> ''", true],
  ['false', false],
  ['name = current_user and true', false],
  ['exists (select from shop.items where owner = name)', false],
]

describe('a policy of a new table that is for every row needs a reason:', () => {
  const policies = (condition: string) =>
    [
      `for select using (${condition})`,
      `for update using (name = current_user) with check (${condition})`,
    ].map(
      (policy) => `create table shop.tags (name text); alter table shop.tags enable row level security;
        create policy t on shop.tags ${policy}; grant select, update on shop.tags to member`,
    )
  for (const [condition, isEveryRow] of EVERY_ROW)
    test(condition, async () => {
      for (const sql of policies(condition)) {
        const found = await changes(sql)
        assert.ok(found.some(({ object, limit }) => object === 'shop.tags' && limit !== undefined))
        assert.equal(
          found.some((change) => widens(change, CALLERS)),
          isEveryRow,
          JSON.stringify(found),
        )
      }
    })
})

describe('a change of effective access is reported:', () => {
  for (const [sql, words, widening] of CHANGES) {
    test(sql, async () => {
      const found = await changes(sql)
      const lines = found.map(({ columns, ...change }) =>
        accessInWords({ ...change, columns: [...columns].sort() }),
      )
      for (const each of words) assert.ok(lines.includes(each), `${each} in\n${lines.join('\n')}`)
      if (words.length === 0) assert.deepEqual(lines, [])
      assert.equal(
        found.some((change) => widens(change, CALLERS)),
        widening,
        lines.join('\n'),
      )
    })
  }
})
