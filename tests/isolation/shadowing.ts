import type pg from 'pg'
import { FUNCTIONS } from '../../db/access.ts'
import { compare, type Part, type Verdict } from './check.ts'
import { listActors } from './matrix/actors.ts'
import { makeFixtures } from './matrix/fixtures.ts'
import { readShapes } from './matrix/shapes.ts'
import { attempt, become, expectCode, expectEqual } from './session.ts'

/** How each definer function is called; every one of db/access.ts must be here. */
const CALLS: Readonly<Record<string, string>> = {
  'private.find_documents(tsquery,integer)':
    "select id from private.find_documents('oak'::pg_catalog.tsquery, 100)",
  'private.find_chunks(tsquery,integer)':
    "select id from private.find_chunks('oak'::pg_catalog.tsquery, 100)",
  'private.create_user_profile()':
    'with added as (insert into auth.users default values returning id) select id from added',
}

/**
 * An attack on every definer function: the caller makes temporary objects with the names that the functions use
 * (PostgreSQL looks for tables and types in pg_temp first), puts pg_temp first in search_path, and calls them.
 */
export const shadowing: Part = {
  file: 'tests/isolation/shadowing.ts',
  async *run(client) {
    const { ids, rows } = await makeFixtures(client, await readShapes(client))
    const bob = listActors(ids).find(({ name }) => name === 'bob')
    if (!bob) throw new Error('no actor bob')
    const people = [ids.ada, ids.bob]
    await client.query("update public.documents set content_text = 'oak' where user_id = any ($1)", [people])
    await client.query("update public.document_chunks set content = 'oak' where user_id = any ($1)", [people])
    yield compare(
      'every definer function is attacked here',
      Object.keys(CALLS),
      Object.keys(FUNCTIONS).filter((name) => FUNCTIONS[name]?.security === 'definer'),
    )
    await become(client, bob)
    await client.query(SHADOWS)
    await become(client, { role: 'authenticated', claims: bob.claims })
    yield* shadowsWork(client, bob)

    const path = 'set local search_path = pg_temp, public, private, auth'
    for (const [name, call] of Object.entries(CALLS)) {
      if (name === 'private.create_user_profile()') continue
      const { rows: found, message } = await attempt(client, bob, path, call)
      yield expectEqual(`${name} is not moved by shadows`, message || found, [{ id: rows.bob }])
      yield expectEqual(
        `${name} is not moved by shadows when it is called again`,
        (await attempt(client, bob, path, call)).rows,
        [{ id: rows.bob }],
      )
    }
    // Only the platform adds accounts, and it may do so in a session that somebody prepared.
    await client.query("select set_config('role', 'none', true)")
    await client.query(path)
    const { rows: added } = await client.query<{ id: string }>(CALLS['private.create_user_profile()'] ?? '')
    const profile = await client.query('select from public.user_profiles where user_id = $1', [added[0]?.id])
    yield expectEqual('private.create_user_profile() is not moved by shadows', profile.rowCount, 1)
    const shadow = await client.query('select from pg_temp.user_profiles')
    yield expectEqual('private.create_user_profile() writes no shadow', shadow.rowCount, 0)
  },
}

/** Without this the attack could be none: unqualified names do find the shadows. */
async function* shadowsWork(client: pg.Client, bob: Parameters<typeof attempt>[1]): AsyncGenerator<Verdict> {
  const path = "set local search_path = ''"
  yield expectCode(
    'an unqualified table is the shadow',
    await attempt(client, bob, path, 'select from documents'),
    '1',
  )
  yield expectCode(
    'an unqualified type is the shadow',
    await attempt(client, bob, path, "select 'oak'::tsquery"),
    '23514',
  )
}

const SHADOWS = `
  create function pg_temp.shadowed() returns boolean language plpgsql
  as $$ begin raise exception 'a shadow was called'; end $$;

  -- rows of other ids, so that a function which reads them is seen
  create temp table documents as
    select pg_catalog.gen_random_uuid() as id, user_id, filename, content_text, search_vector from public.documents;
  create temp table document_chunks as
    select pg_catalog.gen_random_uuid() as id, user_id, content, search_vector from public.document_chunks;
  create temp table user_profiles (user_id pg_catalog.uuid, name pg_catalog.text);
  create temp table users (id pg_catalog.uuid);

  create function pg_temp.uid() returns pg_catalog.uuid language sql as 'select pg_temp.shadowed()::pg_catalog.text::pg_catalog.uuid';
  create function pg_temp.ts_rank(pg_catalog.tsvector, pg_catalog.tsquery, pg_catalog.int4) returns pg_catalog.float4
    language sql as 'select pg_temp.shadowed()::pg_catalog.int4::pg_catalog.float4';
  create function pg_temp.left(pg_catalog.text, pg_catalog.int4) returns pg_catalog.text language sql as 'select pg_temp.shadowed()::pg_catalog.text';
  create function pg_temp.btrim(pg_catalog.text) returns pg_catalog.text language sql as 'select pg_temp.shadowed()::pg_catalog.text';
  create function pg_temp.current_setting(pg_catalog.text, pg_catalog.bool) returns pg_catalog.text
    language sql as 'select pg_temp.shadowed()::pg_catalog.text';

  create function pg_temp.same(pg_catalog.uuid, pg_catalog.uuid) returns pg_catalog.bool language sql as 'select pg_temp.shadowed()';
  create function pg_temp.matches(pg_catalog.tsvector, pg_catalog.tsquery) returns pg_catalog.bool language sql as 'select pg_temp.shadowed()';
  create function pg_temp.field(pg_catalog.jsonb, pg_catalog.text) returns pg_catalog.text language sql as 'select pg_temp.shadowed()::pg_catalog.text';
  create operator pg_temp.= (function = pg_temp.same, leftarg = pg_catalog.uuid, rightarg = pg_catalog.uuid);
  create operator pg_temp.@@ (function = pg_temp.matches, leftarg = pg_catalog.tsvector, rightarg = pg_catalog.tsquery);
  create operator pg_temp.->> (function = pg_temp.field, leftarg = pg_catalog.jsonb, rightarg = pg_catalog.text);

  create domain pg_temp.uuid as pg_catalog.text check (false);
  create domain pg_temp.tsquery as pg_catalog.text check (false);
  create domain pg_temp.tsvector as pg_catalog.text check (false);
  create domain pg_temp.jsonb as pg_catalog.text check (false);
  create domain pg_temp.float4 as pg_catalog.text check (false);
  create domain pg_temp.text as pg_catalog.varchar check (false);
`
