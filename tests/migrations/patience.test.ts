import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { timeoutsOf } from '../../db/migrations/timeouts.ts'
import { afterTest } from '../support/after-test.ts'
import { answer, bootstrappedDatabase, folderWith, until } from './databases.ts'
import { startBareDbmate } from './processes.ts'

const ignore = () => {}

const ADD = 'alter table public.things add column extra text;\n'
const DOWN = '-- migrate:down\nalter table public.things drop column extra;\n'

/** A database with a table `things`, which another session has locked. */
async function lockedTable(t: TestContext): Promise<{ database: ConnectionString; other: pg.Client }> {
  const database = await bootstrappedDatabase(t)
  await withOwnerClient(database, (client) => client.query('create table public.things (id integer)'))
  const other = await connectOwner(database)
  await other.query("set application_name = 'a long report'")
  await other.query('begin; select count(*) from public.things')
  return { database, other }
}

test('a migration waits 5 seconds for a lock and 5 minutes for a statement, unless the file says otherwise', async (t) => {
  const database = await bootstrappedDatabase(t)
  const show = (name: string) => `insert into public.said select name || '=' || setting from pg_settings
    where name in ('lock_timeout', 'statement_timeout') and 'file ${name}' <> '';\n`
  const folder = folderWith(t, {
    '20300101000000_one.sql': `-- migrate:up\ncreate table public.said (what text);\n${show('one')}-- migrate:down\n`,
    '20300102000000_two.sql': `-- lock_timeout: 1min\n-- statement_timeout: 0\n-- migrate:up\n${show('two')}-- migrate:down\n`,
    '20300103000000_three.sql': `-- migrate:up\n${show('three')}-- migrate:down\n`,
  })
  await migrate(database, ignore, { folder })
  const said = "select string_agg(what, ' ' order by ctid) as answer from public.said"
  const usual = 'lock_timeout=5000 statement_timeout=300000'
  assert.equal(await answer(database, said), `${usual} lock_timeout=60000 statement_timeout=0 ${usual}`)
})

test('an invalid timeout is refused with the name of the file', async (t) => {
  const database = await bootstrappedDatabase(t)
  const sql = `-- lock_timeout: soon\n-- migrate:up\nselect 1;\n-- migrate:down\n`
  await assert.rejects(
    migrate(database, ignore, { folder: folderWith(t, { '20300101000000_one.sql': sql }) }),
    {
      exitCode: 1,
      message: /20300101000000_one\.sql: invalid value for parameter "lock_timeout": "soon"/,
    },
  )
})

test('a migration is retried until a lock is free, and reports its holder', async (t) => {
  const { database, other } = await lockedTable(t)
  const sql = `-- lock_timeout: 500ms\n-- migrate:up\ncreate table public.before ();\n${ADD}${DOWN}`
  const lines: string[] = []
  const log = (line: string) => {
    lines.push(line)
    // After the first attempt the table is free.
    void other.end()
  }
  const folder = folderWith(t, { '20300101000000_one.sql': sql })
  assert.deepEqual(await migrate(database, ignore, { folder, log }), ['20300101000000_one.sql'])
  assert.match(
    lines[0] ?? '',
    /one\.sql: canceling statement due to lock timeout \(SQLSTATE 55P03\), attempt 1 of 5\n {2}held up by process \d+ \(a long report, idle in transaction, in a transaction for \d+ s\): begin; select count\(\*\) from public\.things/,
  )
})

test('a lock that is not released ends the deploy with the name of the blocking session, and nothing is kept', async (t) => {
  const { database, other } = await lockedTable(t)
  afterTest(t, () => other.end())
  const pid = (await other.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
  const sql = `-- lock_timeout: 300ms\n-- migrate:up\ncreate table public.before ();\n${ADD}${DOWN}`
  const attempts: string[] = []
  await assert.rejects(
    migrate(database, ignore, {
      folder: folderWith(t, { '20300101000000_one.sql': sql }),
      log: (line) => attempts.push(line),
    }),
    (error: Error) => {
      assert.match(error.message, /one\.sql:4: canceling statement due to lock timeout \(SQLSTATE 55P03\)/)
      assert.match(error.message, new RegExp(`held up by process ${pid} \\(a long report`))
      assert.match(error.message, /The file was rolled back/)
      return true
    },
  )
  assert.equal(attempts.length, 4)
  assert.equal(await answer(database, "select to_regclass('public.before') is null as answer"), true)
  assert.equal(await answer(database, 'select count(*)::int as answer from dbmate.schema_migrations'), 0)
})

test('known bad: dbmate alone waits for the lock for as long as it is held', async (t) => {
  const { database, other } = await lockedTable(t)
  afterTest(t, () => other.end())
  const folder = folderWith(t, { '20300101000000_one.sql': `-- migrate:up\n${ADD}${DOWN}` })
  const bare = startBareDbmate(database, folder)
  const waits = `select exists (select from pg_stat_activity where wait_event_type = 'Lock'
    and now() - query_start > interval '2 s' and datname = current_database()) as answer`
  await until('it waits', async () => (await answer(database, waits)) === true)
  bare.child.kill()
})

test('a deadlock is retried', async (t) => {
  const { database, other } = await lockedTable(t)
  afterTest(t, () => other.end())
  await withOwnerClient(database, (client) => client.query('create table public.first (id integer)'))
  // The other session waits for a lock of the migration, and holds the lock that the migration needs next.
  const sql = `-- migrate:up
lock table public.first;
select pg_sleep(0.1) where not exists (select from pg_stat_activity where application_name = 'a long report' and wait_event_type = 'Lock');
${ADD}${DOWN}`
  const lines: string[] = []
  const folder = folderWith(t, { '20300101000000_one.sql': sql })
  const locked = `select exists (select from pg_locks where relation = 'public.first'::regclass and granted) as answer`
  const done = migrate(database, ignore, { folder, log: (line) => lines.push(line) })
  await until('the table is locked', async () => (await answer(database, locked)) === true)
  // PostgreSQL makes one of the two fail.
  await other.query('lock table public.first').then(
    () => other.query('commit'),
    () => other.query('rollback'),
  )
  assert.deepEqual(await done, ['20300101000000_one.sql'])
  t.diagnostic(lines.join('\n'))
})

test('another error is not retried', async (t) => {
  const database = await bootstrappedDatabase(t)
  const lines: string[] = []
  const folder = folderWith(t, {
    '20300101000000_one.sql': '-- migrate:up\nselect 1 / 0;\n-- migrate:down\n',
  })
  await assert.rejects(migrate(database, ignore, { folder, log: (line) => lines.push(line) }), /22012/)
  assert.deepEqual(lines, [])
})

test('a file without a transaction is never retried', async (t) => {
  const { database, other } = await lockedTable(t)
  afterTest(t, () => other.end())
  const sql = `-- lock_timeout: 300ms\n-- migrate:up transaction:false\n${ADD}${DOWN}`
  const lines: string[] = []
  await assert.rejects(
    migrate(database, ignore, {
      folder: folderWith(t, { '20300101000000_one.sql': sql }),
      log: (line) => lines.push(line),
    }),
    /SQLSTATE 55P03.*held up by process.*without a transaction/s,
  )
  assert.deepEqual(lines, [])
})

test('timeouts are read only from comments', (t) => {
  const folder = folderWith(t, {
    '20300101000000_one.sql':
      "-- migrate:up\nselect 'lock_timeout: 3s';\n  -- lock_timeout: 4s\n-- lock_timeout: 9s\n",
  })
  const file = { version: '20300101000000', name: '', path: `${folder}/20300101000000_one.sql` }
  assert.deepEqual(timeoutsOf(file), { lock_timeout: '9s', statement_timeout: '5min' })
})
