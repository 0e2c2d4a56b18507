import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { Failure } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { dropDatabase } from 'postgres-kit/throwaway.ts'
import { bootstrap } from '../db/bootstrap.ts'
import type { MigrationEvent } from '../db/migrations/apply.ts'
import { listMigrations } from '../db/migrations/files.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { rollback } from '../db/migrations/rollback.ts'
import { migrationState } from '../db/migrations/state.ts'
import { answer, bootstrappedDatabase, emptyDatabase, folderWith } from './migrations/databases.ts'
import { afterTest } from './support/after-test.ts'

const ignore = () => {}

test('pending migrations are applied once, in order, each reported with its duration', async (t) => {
  const database = await bootstrappedDatabase(t)
  const events: MigrationEvent[] = []
  const names = listMigrations().map((file) => file.name)
  assert.deepEqual(await migrate(database, (event) => events.push(event)), names)
  assert.deepEqual(
    events.map((event) => `${event.type} ${event.name}`),
    names.flatMap((name) => [`start ${name}`, `done ${name}`]),
  )
  assert.deepEqual(await migrate(database, ignore), [])
  assert.equal((await migrationState(database)).pending.length, 0)
})

test('all migrations can be rolled back and applied again through dbmate', async (t) => {
  const database = await bootstrappedDatabase(t)
  await migrate(database, ignore)
  while (await rollback(database)) {}
  assert.equal(
    await answer(
      database,
      "select count(*)::int as answer from pg_class where relnamespace = 'public'::regnamespace",
    ),
    0,
  )
  assert.equal(await answer(database, "select to_regnamespace('private') is null as answer"), true)
  assert.equal((await migrate(database, ignore)).length, listMigrations().length)
})

test('a failing statement is reported with file, line, statement and SQLSTATE, and its file is rolled back', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, {
    '20300101000000_fine.sql':
      '-- migrate:up\ncreate table public.fine ();\n-- migrate:down\ndrop table public.fine;\n',
    '20300102000000_breaks.sql': [
      '-- a comment before the marker',
      '-- migrate:up',
      'create table public.half (a integer);',
      '',
      '-- divides by zero',
      'insert into public.half',
      'values (1 / 0);',
      '-- migrate:down',
      'drop table public.half;',
    ].join('\n'),
  })
  await assert.rejects(migrate(database, ignore, { folder }), (error) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.exitCode, 1)
    assert.match(error.message, /20300102000000_breaks\.sql:6: division by zero \(SQLSTATE 22012\)/)
    assert.match(error.message, /\| insert into public\.half\n {2}\| values \(1 \/ 0\)/)
    return true
  })
  assert.equal(await answer(database, "select to_regclass('public.half') is null as answer"), true)
  assert.equal(await answer(database, "select to_regclass('public.fine') is not null as answer"), true)
})

test('a syntax error is reported with its line', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, {
    '20300101000000_typo.sql':
      '-- migrate:up\ncreate table public.typo (\n    a integer,\n    b integr integer\n);\n-- migrate:down\n',
  })
  await assert.rejects(
    migrate(database, ignore, { folder }),
    /typo\.sql:4: syntax error at or near "integer" \(SQLSTATE 42601\)/,
  )
})

test('connections are closed on success and on failure', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, {
    '20300101000000_breaks.sql': '-- migrate:up\nselect 1 / 0;\n-- migrate:down\nselect 1;\n',
  })
  await assert.rejects(migrate(database, ignore, { folder }), /22012/)
  await migrate(database, ignore)
  const server = withDatabase(database, 'postgres')
  const left = `select count(*)::int as answer from pg_stat_activity where datname = '${database.database}'`
  // A closed connection disappears from pg_stat_activity a moment later.
  const deadline = Date.now() + 5_000
  while ((await answer(server, left)) !== 0) assert.ok(Date.now() < deadline, 'a connection was left open')
})

test('a database without auth.uid() is refused with the command to run', async (t) => {
  const database = await emptyDatabase(t)
  await assert.rejects(migrate(database, ignore), (error) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.exitCode, 2)
    assert.match(error.message, /auth\.uid\(\).*make bootstrap/)
    return true
  })
  assert.equal(await answer(database, "select to_regnamespace('dbmate') is null as answer"), true)
})

test('bootstrap refuses a database that has auth.uid()', async (t) => {
  const database = await bootstrappedDatabase(t)
  await assert.rejects(
    withOwnerClient(database, (client) => bootstrap(client)),
    /has auth\.uid\(\) already/,
  )
})

test('a down section without a statement is refused, and the migration stays applied', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, {
    '20300101000000_empty.sql': '-- migrate:up\ncreate table public.a ();\n-- migrate:down\n-- later\n',
  })
  await migrate(database, ignore, { folder })
  await assert.rejects(rollback(database, { folder }), /has nothing below "-- migrate:down"/)
  assert.equal((await migrationState(database, folder)).applied.length, 1)
})

test('a migration marked irreversible is not rolled back, and the reason is shown', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, {
    '20300101000000_one_way.sql':
      '-- migrate:up\ncreate table public.a ();\n-- migrate:down\n-- irreversible: the data is gone\n',
  })
  await migrate(database, ignore, { folder })
  await assert.rejects(rollback(database, { folder }), /cannot be undone: the data is gone/)
})

test('all migrations can be applied by a database owner who is not a superuser but may create roles, as on Supabase', async (t) => {
  const database = await bootstrappedDatabase(t)
  const server = withDatabase(database, 'postgres')
  const owner = `owner_${randomBytes(4).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await withOwnerClient(server, async (client) => {
    await client.query(`create role ${owner} login createrole nosuperuser password '${password}'`)
    await client.query(`alter database ${database.database} owner to ${owner}`)
  })
  await withOwnerClient(database, async (client) => {
    // Privileges that Supabase grants its role "postgres" on objects of other roles.
    await client.query(`grant usage on schema auth to ${owner}`)
    await client.query(`grant select, references, trigger on auth.users to ${owner}`)
    await client.query(`grant create, usage on schema extensions to ${owner}`)
    await client.query(`grant create, usage on schema public to ${owner}`)
    for (const objects of ['tables', 'sequences', 'functions']) {
      await client.query(
        `alter default privileges for role ${owner} in schema public grant all on ${objects} to anon, authenticated, service_role`,
      )
    }
  })
  afterTest(t, () =>
    withOwnerClient(server, async (client) => {
      // The database has the role's objects.
      await dropDatabase(client, database.database)
      await client.query(`drop role ${owner}`)
    }),
  )
  const url = new URL(database.url)
  url.username = owner
  url.password = password
  const asOwner = parseConnectionString(url.href)
  assert.equal((await migrate(asOwner, ignore)).length, listMigrations().length)
  // A sign-up and a search call every definer function, which that role now owns.
  await withOwnerClient(database, (client) =>
    client.query("insert into auth.users (id) values ('00000000-0000-4000-8000-000000000001')"),
  )
  assert.equal(await answer(asOwner, 'select count(*)::int as answer from public.user_profiles'), 1)
  while (await rollback(asOwner)) {}
})
