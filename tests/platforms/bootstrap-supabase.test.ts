import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import type pg from 'pg'
import { type ConnectionString, withDatabase, withLogin } from 'postgres-kit/connection-string.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { refuseUsedServer } from '../../db/bootstrap.ts'
import { embeddedHome } from '../../db/embedded.ts'
import { inRoot } from '../../db/paths.ts'
import { withSupabaseServer } from '../../db/platforms/shaped-server.ts'
import { afterTest } from '../support/after-test.ts'
import { withSupabaseDatabase } from './shaped-database.ts'

function bootstrapAt(url: string, platform: string): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ['.build/bootstrap.mjs'], {
    cwd: inRoot(),
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: url, PLATFORM: platform },
  })
  return { code: status, stderr }
}

async function emptyServer(t: TestContext): Promise<ConnectionString> {
  const cluster = await startThrowawayServer(
    embeddedHome(() => {}),
    'shaped',
  )
  afterTest(t, cluster.remove)
  return cluster.server
}

async function lines(client: pg.Client, sql: string): Promise<string[]> {
  return (await client.query<{ line: string }>(sql)).rows.map(({ line }) => line)
}

test('make bootstrap PLATFORM=supabase makes postgres an ordinary role, and keeps its password', async (t) => {
  const server = await emptyServer(t)
  assert.equal(bootstrapAt(server.url.href, 'supabase').code, 0)
  const attributes = (connection: ConnectionString) =>
    withOwnerClient(connection, (client) =>
      lines(
        client,
        `select concat_ws(' ', rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls) as line
         from pg_roles where rolname = session_user`,
      ),
    )
  assert.deepEqual(await attributes(server), ['postgres f t t t t'])
  const admin = withLogin(server, 'supabase_admin', decodeURIComponent(server.url.password))
  assert.deepEqual(await attributes(admin), ['supabase_admin t t t t t'])
})

test('make bootstrap PLATFORM=supabase refuses a server in use, and a login that is not a superuser', async (t) => {
  const server = await emptyServer(t)
  const refusal = (connection: ConnectionString) => withOwnerClient(connection, refuseUsedServer)
  await withOwnerClient(server, (client) =>
    client.query("create role somebody; create role admin superuser login password 'secret'"),
  )
  await assert.rejects(
    refusal(server),
    /this server is in use: role somebody, role admin\. Use an empty server/,
  )
  await assert.rejects(refusal(withLogin(server, 'admin', 'secret')), /this login is admin/)
  await withOwnerClient(server, (client) => client.query('drop role somebody, admin'))
  await withOwnerClient(server, (client) => client.query('create database theirs'))
  await assert.rejects(refusal(server), /this server is in use: database theirs/)
  await withOwnerClient(server, (client) => client.query('drop database theirs'))
  await refusal(server)
  const { code, stderr } = bootstrapAt(server.url.href, 'postgres')
  assert.equal(code, 2)
  assert.match(stderr, /PLATFORM is "postgres": use one of bootstrap, supabase/)
})

// Properties of the platform that affect migrations and tests, from its public scripts:
// https://github.com/supabase/postgres/tree/develop/migrations/db, https://github.com/supabase/auth/tree/master/migrations
test('a bootstrapped database has the roles and objects of the platform', async () => {
  await withSupabaseDatabase(async (database) => {
    await withOwnerClient(database, async (client) => {
      assert.deepEqual(
        await lines(
          client,
          `select concat_ws(' ', rolname, case when rolcanlogin then 'login' end, case when rolinherit then 'inherit' end,
                   case when rolbypassrls then 'bypassrls' end) as line
                 from pg_roles where rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin') order by rolname`,
        ),
        [
          'anon inherit',
          'authenticated inherit',
          'authenticator login',
          'service_role inherit bypassrls',
          'supabase_auth_admin login',
        ],
      )
      assert.deepEqual(
        await lines(
          client,
          `select role.rolname || ': ' || setting as line from pg_db_role_setting join pg_roles role on role.oid = setrole, unnest(setconfig) setting
                 where setting like '%timeout=%' order by 1`,
        ),
        [
          'anon: statement_timeout=3s',
          'authenticated: statement_timeout=8s',
          'authenticator: lock_timeout=8s',
          'authenticator: statement_timeout=8s',
          'supabase_auth_admin: idle_in_transaction_session_timeout=60000',
        ],
      )
      assert.deepEqual(
        await lines(
          client,
          `select role.rolname::text as line from pg_auth_members m join pg_roles role on role.oid = roleid
                 where member = 'postgres'::regrole order by 1`,
        ),
        [
          'anon',
          'authenticated',
          'pg_monitor',
          'pg_read_all_data',
          'pg_signal_backend',
          'service_role',
          'supabase_auth_admin',
          'supabase_storage_admin',
        ],
      )
      assert.deepEqual(
        await lines(
          client,
          `select concat_ws(' ', relname, relowner::regrole, count(*), 'columns') as line
                 from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0
                 where pg_class.oid in ('auth.users'::regclass, 'storage.objects'::regclass) group by relname, relowner order by relname`,
        ),
        ['objects supabase_storage_admin 12 columns', 'users supabase_auth_admin 35 columns'],
      )
      assert.deepEqual(
        await lines(
          client,
          "select coalesce(pg_get_expr(adbin, adrelid), 'none') as line from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum where attrelid = 'auth.users'::regclass and attname = 'id'",
        ),
        ['none'],
      )
      assert.deepEqual(
        await lines(
          client,
          "select concat_ws(' ', nspname, nspowner::regrole) as line from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1",
        ),
        [
          'auth supabase_admin',
          'dbmate postgres',
          'extensions postgres',
          'graphql_public supabase_admin',
          'private postgres',
          'public pg_database_owner',
          'realtime supabase_admin',
          'storage supabase_admin',
          // The CLI's ledger, which make migrate also writes.
          'supabase_migrations postgres',
        ],
      )
      assert.deepEqual(await lines(client, 'select evtname::text as line from pg_event_trigger order by 1'), [
        'issue_graphql_placeholder',
        'issue_pg_cron_access',
        'issue_pg_graphql_access',
        'issue_pg_net_access',
        'pgrst_ddl_watch',
        'pgrst_drop_watch',
      ])
    })
  })
})

test('every schema change notifies PostgREST, except for temporary objects', async () => {
  await withSupabaseServer(
    () => {},
    (server) =>
      withOwnerClient(withDatabase(server, 'postgres'), async (client) => {
        const told: string[] = []
        client.on('notification', ({ channel, payload }) => told.push(`${channel}: ${payload}`))
        await client.query('listen pgrst')
        await client.query('create temporary table ours (id integer)')
        await client.query('drop table ours')
        await client.query('select 1')
        assert.deepEqual(told, [])
        await client.query('create table public.ours (id integer)')
        await client.query('drop table public.ours')
        await client.query('select 1')
        assert.deepEqual(told, ['pgrst: reload schema', 'pgrst: reload schema'])
      }),
  )
})
