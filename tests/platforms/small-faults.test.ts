import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { type ConnectionString, withLogin } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { inRoot } from '../../db/paths.ts'
import { createUsers, DEMO_USERS } from '../../db/seed/users.ts'
import { withSupabaseDatabase } from './shaped-database.ts'

function run(
  command: string,
  env: Readonly<Record<string, string>>,
): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`.build/${command}.mjs`], {
    cwd: inRoot(),
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { code: status, output: `${stdout}${stderr}` }
}

test("on a database that imitates Supabase, commands do not change the platform's objects, and detect missing ones", async () => {
  await withSupabaseDatabase(async (database) => {
    const url = database.url.href
    const there = () =>
      withOwnerClient(database, async (client) => {
        const { rows } = await client.query("select to_regclass('auth.users') is not null as accounts")
        return rows
      })
    const reset = run('reset', { DATABASE_URL: url, FORCE: '1' })
    assert.equal(reset.code, 2, reset.output)
    assert.match(
      reset.output,
      /is on Supabase: reset would drop auth, storage and extensions.*Nothing was done.*make rollback/,
    )
    assert.deepEqual(await there(), [{ accounts: true }])

    // Supabase Auth cannot read null in these columns.
    await withOwnerClient(database, async (client) => {
      assert.equal(await createUsers(client), DEMO_USERS.length)
      const { rows } = await client.query(
        `select count(*)::int as accounts from auth.users
         where now() - created_at < interval '1 minute' and now() - updated_at < interval '1 minute'`,
      )
      assert.deepEqual(rows, [{ accounts: DEMO_USERS.length }])
    })

    const doctor = (app: ConnectionString) =>
      run('doctor', { DATABASE_URL: url, APP_DATABASE_URL: app.url.href })
    const password = 'of the app'
    const admin = withLogin(database, 'supabase_admin', decodeURIComponent(database.url.password))
    await withOwnerClient(admin, (client) =>
      client.query(
        `create role app_login login noinherit password '${password}'; grant anon, authenticated to app_login;
         create role app_power login bypassrls password '${password}'; grant anon, authenticated, service_role to app_power`,
      ),
    )
    const wrong = doctor(withLogin(database, 'app_login', 'another'))
    assert.match(
      wrong.output,
      /WRONG .*refused the password: correct it in APP_DATABASE_URL|WRONG .*password authentication failed/,
    )
    assert.match(
      doctor(withLogin(database, 'app_login', password)).output,
      /WRONG .*may become anon, authenticated: grant it/,
    )
    assert.match(
      doctor(withLogin(database, 'app_power', password)).output,
      /WRONG .*bypasses row level security/,
    )
    await withOwnerClient(admin, (client) => client.query('grant service_role to app_login'))
    const good = doctor(withLogin(database, 'app_login', password))
    assert.equal(good.code, 0, good.output)
    assert.match(good.output, /ok .*app login: app_login@.*becomes anon, authenticated, service_role/)
  })
})

test("known limit: with SQL access, a user can truncate the platform's storage tables and put a trigger on them", async () => {
  await withSupabaseDatabase(async (database) => {
    await withOwnerClient(database, (user) =>
      withOwnerClient(database, async (owner) => {
        const ranAs: string[] = []
        owner.on('notice', ({ message = '' }) => ranAs.push(message))
        await user.query(`
          set role authenticated;
          create function pg_temp.spy() returns trigger language plpgsql
          as $$ begin raise warning 'ran as %', current_user; return new; end $$;
          create trigger spy before insert on storage.objects for each row execute function pg_temp.spy()`)
        await owner.query("insert into storage.objects (bucket_id, name) values ('documents', 'x')")
        assert.deepEqual(ranAs, ['ran as postgres'])
        await user.query('truncate storage.objects')
        const { rows } = await owner.query('select name from storage.objects')
        assert.deepEqual(rows, [])
        for (const table of ['public.documents', 'auth.users'])
          await assert.rejects(
            user.query(
              `create trigger spy before insert on ${table} for each row execute function pg_temp.spy()`,
            ),
            { code: '42501' },
          )
      }),
    )
  })
})
