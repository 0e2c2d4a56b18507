import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { bootstrap } from '../../db/bootstrap.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { rollback } from '../../db/migrations/rollback.ts'
import { readStatus } from '../../db/migrations/status.ts'
import { afterTest, endAfterTest } from '../support/after-test.ts'
import { answer, bootstrappedDatabase, emptyDatabase, folderWith, until } from './databases.ts'
import { startDeploy } from './processes.ts'

const ignore = () => {}

const FILES = {
  '20300101000000_one.sql':
    '-- migrate:up\ncreate table public.one ();\nselect pg_sleep(60) where exists (select from public.wait);\n-- migrate:down\ndrop table public.one;\n',
}

test('a role that may not create is refused with 2, and nothing is done', async (t) => {
  const database = await bootstrappedDatabase(t)
  const role = `reader_${randomBytes(4).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const server = withDatabase(database, 'postgres')
  await withOwnerClient(server, (client) => client.query(`create role ${role} login password '${password}'`))
  afterTest(t, () => withOwnerClient(server, (client) => client.query(`drop role ${role}`)))
  await withOwnerClient(database, async (client) => {
    await client.query(`grant usage on schema auth to ${role}; create table public.wait ()`)
  })
  const url = new URL(database.url)
  url.username = role
  url.password = password
  const folder = folderWith(t, FILES)
  await assert.rejects(migrate(parseConnectionString(url.href), ignore, { folder }), {
    exitCode: 2,
    message:
      /this login may not create the ledger of migrations \(permission denied for database .*Use the owner/,
  })
  await withOwnerClient(database, (client) => client.query(`revoke usage on schema auth from ${role}`))
})

test('a read-only database is refused with 2', async (t) => {
  const database = await bootstrappedDatabase(t)
  await withOwnerClient(database, (client) =>
    client.query(`alter database ${database.database} set default_transaction_read_only = on`),
  )
  await assert.rejects(migrate(database, ignore, { folder: folderWith(t, FILES) }), {
    exitCode: 2,
    message: /accepts no changes \(a read-only replica\?\): nothing was done/,
  })
})

for (const encoding of ['SQL_ASCII', 'LATIN1'])
  test(`a database whose encoding is ${encoding} is refused with 2, by bootstrap and by migrate`, async (t) => {
    const database = await emptyDatabase(t, encoding)
    const refusal = {
      exitCode: 2,
      message: new RegExp(
        `has the encoding ${encoding}, .*nothing was done.*create database .* encoding 'UTF8'`,
      ),
    }
    await assert.rejects(
      withOwnerClient(database, (client) => bootstrap(client)),
      refusal,
    )
    // Creates auth.uid(), which migrations need, without bootstrap.
    await withOwnerClient(database, (client) =>
      client.query(
        'create schema auth; create function auth.uid() returns uuid language sql return null::uuid',
      ),
    )
    await assert.rejects(migrate(database, ignore, { folder: folderWith(t, FILES) }), refusal)
    assert.equal(await answer(database, "select to_regnamespace('dbmate') is null as answer"), true)
  })

test('setting the clock back does not extend the wait for another deploy', async (t) => {
  const database = await bootstrappedDatabase(t)
  const other = await connectOwner(database)
  afterTest(t, () => other.end())
  await other.query('select pg_advisory_lock(27977547768818020)')
  // The clock goes back an hour with each reading.
  const clock = 'const now = Date.now; let hours = 0; Date.now = () => now() - 3600000 * hours++'
  const deploy = await startDeploy(database, folderWith(t, FILES), {
    MIGRATE_WAIT: '1',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}`,
  })
  endAfterTest(t, deploy.child)
  await until('it has ended', async () => deploy.child.exitCode !== null)
  const { code, output } = await deploy.ended
  assert.equal(code, 1, output)
  assert.match(output, /has not ended within 1 s: nothing was done/)
})

test('a clock that is behind the times in the ledger has no effect', async (t) => {
  const database = await bootstrappedDatabase(t)
  const before = { '20300101000000_before.sql': '-- migrate:up\nselect 1;\n-- migrate:down\n' }
  await migrate(database, ignore, { folder: folderWith(t, before) })
  await withOwnerClient(database, (client) =>
    client.query("update dbmate.migration_log set started_at = now() + interval '1 year'"),
  )
  const later = {
    ...before,
    '20300102000000_later.sql': '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n',
  }
  const folder = folderWith(t, later)
  assert.deepEqual(await migrate(database, ignore, { folder }), ['20300102000000_later.sql'])
  assert.deepEqual((await readStatus(database, folder)).problems, [])
  assert.equal((await rollback(database, { folder }))?.name, '20300102000000_later.sql')
})

test('if its connection is lost during a statement, a deploy exits with 1, and the file is rolled back', async (t) => {
  const database = await bootstrappedDatabase(t)
  await withOwnerClient(database, (client) =>
    client.query('create table public.wait (a integer); insert into public.wait values (1)'),
  )
  const folder = folderWith(t, FILES)
  const deploy = await startDeploy(database, folder)
  const cut = `select bool_or(pg_terminate_backend(pid)) as answer from pg_stat_activity
    where application_name like 'centrid migrate%' and wait_event = 'PgSleep' and datname = current_database()`
  await until('the deploy is in its statement, and cut', async () => (await answer(database, cut)) === true)
  const { code, output } = await deploy.ended
  assert.equal(code, 1, output)
  assert.match(output, /one\.sql:3: terminating connection due to administrator command \(SQLSTATE 57P01\)/)
  assert.match(output, /The file was rolled back/)
  assert.equal(await answer(database, "select to_regclass('public.one') is null as answer"), true)
  await withOwnerClient(database, (client) => client.query('delete from public.wait'))
  assert.deepEqual(await migrate(database, ignore, { folder }), ['20300101000000_one.sql'])
})
