import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { findHome } from 'postgres-kit/embedded/home.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The scope of the tests: a shop, and a foreign schema that is skipped. */
export const SCOPE = { foreignSchemas: ['elsewhere'], roles: ['visitor', 'member', 'clerk'] }

const SCHEMA = `
  create schema shop;
  create schema elsewhere;
  create table elsewhere.log (line text);
  grant usage on schema shop to visitor, member;
  create function shop.total(item int) returns int language sql security invoker as 'select 1';
  create function shop.stock() returns int language sql security definer as 'select 1';
  create function shop.stamp() returns trigger language plpgsql as 'begin return new; end';
  revoke all on all functions in schema shop from public;
  grant execute on function shop.stock() to member;
  create table shop.items (id int primary key, owner text not null, title varchar(20), price numeric check (price > 0));
  create index items_owner_idx on shop.items (owner);
  create trigger items_stamp before update on shop.items for each row execute function shop.stamp();
  create view shop.titles with (security_invoker = on) as select title from shop.items;
  alter table shop.items enable row level security;
  create policy items_own on shop.items for select to member using (owner = current_user);
  comment on policy items_own on shop.items is 'Own rows.';
  create type shop.mood as enum ('glad');
  create extension citext schema shop;
  grant select, update (title) on shop.items to member;
  insert into shop.items select n, 'member', 't', 1 from generate_series(1, 10) n;
  create table shop.orders (id int primary key, item int references shop.items);
  create table shop.parcels (id int primary key);
  create view shop.first as select id from shop.parcels where id < 2;
  grant select on shop.first to member;
  create function shop.maximum() returns int language sql as 'select 10';
  create function shop.may(n int) returns boolean language sql as 'select n < shop.maximum()';
  create function shop.log() returns trigger language plpgsql security definer as 'begin return new; end';
  revoke all on function shop.maximum(), shop.may(int), shop.log() from public;
  create table shop.boxes (id int primary key, parcel int references shop.parcels);
  alter table shop.boxes enable row level security;
  create policy boxes_small on shop.boxes to member using (shop.may(id));
  create trigger boxes_log before insert on shop.boxes for each row execute function shop.log();
  create rule boxes_kept as on delete to shop.boxes do instead nothing;
  grant select, insert (id) on shop.boxes to member;
`

export interface TestServer {
  /** Runs `work` on a new database with the schema. */
  withClone: <T>(work: (owner: pg.Client, database: ConnectionString) => Promise<T>) => Promise<T>
  /** Runs `work` in a transaction that is rolled back, on a shared database. */
  withRollback: <T>(work: (owner: pg.Client) => Promise<T>) => Promise<T>
  remove: () => Promise<void>
}

/** Starts a server, whose roles a test may change, and creates the schema once. */
export async function startTestServer(): Promise<TestServer> {
  const place = {
    folder: here('../../.embedded'),
    shared: '/var/lib/schema-change',
    installed: { major: '17' as const, project: here('../../../..') },
  }
  const { server, remove } = await startThrowawayServer(
    findHome('17', place, () => {}),
    'test',
    { autovacuum: 'off' },
  )
  const template = 'shop_template'
  await withOwnerClient(server, async (client) => {
    await client.query(
      'create role visitor; create role member; create role clerk; create role inspector; grant inspector to clerk with admin option',
    )
    await createDatabase(client, template, 'template0')
  })
  await withOwnerClient(withDatabase(server, template), (client) => client.query(SCHEMA))
  const shared = withDatabase(server, 'shop')
  await withOwnerClient(server, (client) => createDatabase(client, shared.database, template))
  const owner = await connectOwner(shared)
  let clones = 0
  return {
    remove: async () => {
      await owner.end()
      await remove()
    },
    withRollback: async (work) => {
      await owner.query('begin')
      try {
        return await work(owner)
      } finally {
        await owner.query('rollback')
      }
    },
    withClone: (work) =>
      withOwnerClient(server, async (client) => {
        const clone = withDatabase(server, `shop_clone_${++clones}`)
        await createDatabase(client, clone.database, template)
        try {
          return await withOwnerClient(clone, (owner) => work(owner, clone))
        } finally {
          await dropDatabase(client, clone.database)
        }
      }),
  }
}
