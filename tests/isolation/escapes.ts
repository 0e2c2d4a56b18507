import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { FUNCTIONS, TABLES } from '../../db/access.ts'
import type { Part, Verdict } from './check.ts'
import { type Actor, listActors } from './matrix/actors.ts'
import { type Fixtures, makeFixtures } from './matrix/fixtures.ts'
import { readShapes } from './matrix/shapes.ts'
import { attempt, become, expectCode, expectEqual } from './session.ts'

/** Known ways out of row level security, one by one. Those of plans, COPY and statistics are in forms.ts and channels.ts. */
export const escapes: Part = {
  file: 'tests/isolation/escapes.ts',
  async *run(client) {
    const shapes = await readShapes(client)
    const fixtures = await makeFixtures(client, shapes)
    const actors = listActors(fixtures.ids)
    const bob = actors.find(({ name }) => name === 'bob')
    if (!bob) throw new Error('no actor bob')
    yield* conflicts(client, fixtures, bob)
    yield* views(client, fixtures, bob)
    yield* settings(client, fixtures, bob)
    yield* creation(client, actors)
    yield* login(client)
    yield* entryPoints(client, fixtures, bob)
  },
}

/** CVE-2017-15099: INSERT … ON CONFLICT DO UPDATE must obey the policies for the row that is there already. */
async function* conflicts(client: pg.Client, { ids, rows }: Fixtures, bob: Actor): AsyncGenerator<Verdict> {
  const insert = `insert into public.documents (id, user_id, filename, file_type, file_size) values ('${rows.ada}', '${ids.ada}', 'x', 'x', 0)`
  for (const target of ['(user_id, id)', 'on constraint documents_pkey']) {
    for (const action of [
      'nothing',
      "update set filename = 'stolen'",
      'update set filename = documents.content_text returning filename',
      "update set filename = 'stolen' where documents.content_text like '%a%' returning *",
    ]) {
      yield expectCode(
        `on conflict ${target} do ${action} reaches no row of another`,
        await attempt(client, bob, `${insert} on conflict ${target} do ${action}`),
        '42501',
      )
    }
  }
}

/** A caller's own views and rules read as the caller; and nobody's view of another role lets the caller through. */
async function* views(client: pg.Client, { ids }: Fixtures, bob: Actor): AsyncGenerator<Verdict> {
  for (const table of Object.keys(TABLES)) {
    const name = pg.escapeIdentifier(table)
    for (const options of [
      '',
      'with (security_invoker)',
      'with (security_barrier)',
      'with (security_invoker = false)',
    ]) {
      const outcome = await attempt(
        client,
        bob,
        `create view pg_temp.rows ${options} as select user_id from public.${name}`,
        'select user_id from pg_temp.rows',
      )
      yield expectEqual(
        `a caller's own view ${options} of ${table} shows the caller's rows`,
        outcome.rows.filter(({ user_id }) => user_id !== ids.bob),
        [],
      )
      yield expectCode(`a caller's own view ${options} of ${table} works`, outcome, '1')
    }
    yield expectEqual(
      `a table made from ${table} holds the caller's rows`,
      (
        await attempt(
          client,
          bob,
          `create temp table copied as select user_id from public.${name}`,
          `select user_id from copied where user_id <> '${ids.bob}'`,
        )
      ).rows,
      [],
    )
    yield expectEqual(
      `a function that returns ${table} as XML or JSON shows the caller's rows`,
      (
        await attempt(
          client,
          bob,
          `select 1 from (select table_to_xml('public.${name}', true, false, '')::text as text) s where text like '%${ids.ada}%'`,
        )
      ).code,
      '0',
    )
  }
}

/** Settings that a caller may change do not weaken anything. */
async function* settings(client: pg.Client, { ids }: Fixtures, bob: Actor): AsyncGenerator<Verdict> {
  for (const [setting, want] of [
    // "off" means: fail rather than filter
    ['set local row_security = off', '42501'],
    ['set local plan_cache_mode = force_generic_plan', '0'],
    ['set local enable_seqscan = off', '0'],
    ['set local search_path = pg_temp, public', '0'],
    ['set local debug_parallel_query = on', '0'],
    ['set local statement_timeout = 0', '0'],
  ] as const) {
    if (setting.includes('debug_parallel_query') && (await version(client)) < 160000) continue
    yield expectCode(
      `${setting}: no row of another`,
      await attempt(client, bob, setting, `select from public.documents where user_id = '${ids.ada}'`),
      want,
    )
  }
  for (const setting of [
    'set local session_replication_role = replica',
    'set local allow_system_table_mods = on',
    'set local zero_damaged_pages = on',
    "set local log_statement = 'all'",
    "alter system set log_statement = 'all'",
    'alter role authenticated bypassrls',
    'alter role authenticated superuser',
    'grant service_role to authenticated',
    'grant pg_read_all_data to authenticated',
    "alter database current_database set log_statement = 'all'",
    "load 'auto_explain'",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('.')",
    'select from pg_authid',
    'select from pg_user_mapping',
    'select pg_reload_conf()',
    'create role mine',
    'create database mine',
    'create extension pgcrypto with schema public',
  ]) {
    if (setting.startsWith('alter database')) {
      const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name')
      const named = setting.replace('current_database', rows[0]?.name ?? '')
      yield expectCode(`a caller cannot: ${setting}`, await attempt(client, bob, named), '42501')
      continue
    }
    // PostgreSQL forbids ALTER SYSTEM and CREATE DATABASE inside a transaction before it looks at privileges.
    const want = /^(alter system|create database)/.test(setting) ? '25001' : '42501'
    yield expectCode(`a caller cannot: ${setting}`, await attempt(client, bob, setting), want)
  }
}

async function version(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  )
  return rows[0]?.version ?? 0
}

/** Nobody of the API creates anything that lasts. */
async function* creation(client: pg.Client, actors: readonly Actor[]): AsyncGenerator<Verdict> {
  for (const actor of actors.filter(({ name }) =>
    ['anon', 'authenticator', 'bob', 'service_role'].includes(name),
  )) {
    for (const schema of ['public', 'private', 'auth', 'extensions', 'dbmate', 'pg_catalog']) {
      for (const statement of [
        `create table ${schema}.mine (id uuid)`,
        `create function ${schema}.mine() returns int language sql as 'select 1'`,
        `create type ${schema}.mine as enum ('a')`,
        `create domain ${schema}.mine as text`,
        `create view ${schema}.mine as select 1`,
        `create sequence ${schema}.mine`,
        `create operator ${schema}.=== (function = pg_catalog.texteq, leftarg = text, rightarg = text)`,
      ]) {
        yield expectCode(
          `${actor.name} cannot: ${statement}`,
          await attempt(client, actor, statement),
          '42501',
        )
      }
    }
    for (const statement of [
      'create schema mine',
      'create language mine handler plpgsql_call_handler',
      'create event trigger mine on ddl_command_start execute function event_trigger_fires()',
      'create publication mine for all tables',
      'create foreign data wrapper mine',
      'create server mine foreign data wrapper mine',
      "do language c 'x'",
      'create cast (text as uuid) with inout as implicit',
      'create access method mine type index handler bthandler',
    ]) {
      const { code, message } = await attempt(client, actor, statement)
      const name = `${actor.name} cannot: ${statement}`
      // 42704 and 42883: what it names is not there, which PostgreSQL may say before it says no
      yield ['42501', '42704', '42883', '0A000'].includes(code)
        ? { name }
        : { name, diagnosis: `have: ${code} ${message}\nwant: 42501` }
    }
  }
}

/** What the API's login can become: the three roles, and nobody else. Needs a superuser, who can act as the login. */
async function* login(client: pg.Client): AsyncGenerator<Verdict> {
  const { rows } = await client.query<{ superuser: boolean; owner: string }>(
    'select rolsuper as superuser, quote_ident(current_user) as owner from pg_roles where rolname = current_user',
  )
  if (!rows[0]?.superuser) return
  const as = (role: string, ...statements: string[]) => [
    'set local session authorization authenticator',
    `set local role ${role}`,
    ...statements,
  ]
  const nobody = { role: 'none' as Actor['role'], claims: '' }
  for (const role of [
    rows[0].owner,
    'pg_read_all_data',
    'pg_write_all_data',
    'pg_execute_server_program',
    'pg_read_server_files',
    'pg_monitor',
    'pg_signal_backend',
  ]) {
    for (const from of ['none', 'authenticated', 'service_role']) {
      yield expectCode(
        `the login as ${from} cannot become ${role}`,
        await attempt(client, nobody, ...as(from, `set local role ${role}`)),
        '42501',
      )
    }
  }
  for (const role of ['anon', 'authenticated', 'service_role']) {
    yield expectCode(
      `the login can become ${role}`,
      await attempt(client, nobody, ...as(role, 'select 1')),
      '1',
    )
  }
  // The limit that docs/isolation.md states: SQL of one's own is the power of the login.
  yield expectCode(
    "known limit: SQL of one's own can leave the role of the transaction",
    await attempt(client, nobody, ...as('authenticated', 'set local role service_role', 'select 1')),
    '1',
  )
  const stranger = randomUUID()
  const claimed = await attempt(
    client,
    nobody,
    ...as(
      'authenticated',
      `select set_config('request.jwt.claims', '{"sub": "${stranger}"}', true)`,
      'select auth.uid() as identity',
    ),
  )
  yield expectEqual("known limit: SQL of one's own can claim any identity", claimed.rows, [
    { identity: stranger },
  ])
}

/** Text that tries to end a string, switch the role or claim another identity. */
const HOSTILE = [
  "'; set role service_role; --",
  "') ; select set_config('role', 'service_role', true); --",
  `{"sub": "00000000-0000-4000-8000-000000000000"}`,
  '$$; reset role; $$',
  "\\'; reset role; --",
  "' union select * from auth.users --",
  "oak' or true --",
]

/** No function that the API exposes changes who is asking, whatever it is given. */
async function* entryPoints(client: pg.Client, { ids }: Fixtures, bob: Actor): AsyncGenerator<Verdict> {
  for (const [signature, { execute }] of Object.entries(FUNCTIONS)) {
    if (!execute.includes('authenticated')) continue
    const types = signature
      .slice(signature.indexOf('(') + 1, -1)
      .split(',')
      .filter(Boolean)
    for (const hostile of HOSTILE) {
      await client.query('savepoint entry')
      await become(client, bob)
      const args = types.map((type) =>
        type === 'integer'
          ? '10'
          : type === '"char"'
            ? "'A'"
            : type === 'tsquery'
              ? "plainto_tsquery('oak')"
              : pg.escapeLiteral(hostile),
      )
      const { rows } = await client.query<{ role: string; identity: string }>(
        `select current_user as role, auth.uid() as identity from (select count(*) from (select ${signature.slice(0, signature.indexOf('('))}(${args.join(', ')})) answers offset 0) called`,
      )
      yield expectEqual(`${signature} given ${hostile} leaves role and identity as they are`, rows, [
        { role: 'authenticated', identity: ids.bob },
      ])
      await client.query('rollback to savepoint entry; release savepoint entry')
    }
  }
}
