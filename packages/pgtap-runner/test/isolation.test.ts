import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { createPlace } from '../src/isolation/create-place.ts'
import { createDatabase, query } from './support/database.ts'
import { type Report, runFiles, testFile, withFiles } from './support/run-files.ts'
import { useDatabase } from './support/use-database.ts'

const own = (check: string) => `select '1..1';\nselect case when ${check} then 'ok 1' else 'not ok 1' end;\n`

const fileOf = (n: number, what: 'leaves' | 'looks') => `${String(n).padStart(2, '0')}-${what}.sql`

/** What a file may leave behind, and a condition that the next file checks. */
const traces: Record<string, [leave: string, clean: string]> = {
  'a committed table': [`create table left_table (); ${own('true')}`, `to_regclass('left_table') is null`],
  'a table committed in a transaction': [
    `begin; create table left_too (); commit; ${own('true')}`,
    `to_regclass('left_too') is null`,
  ],
  'a role': [
    `create role left_role; ${own('true')}`,
    `not exists (select from pg_roles where rolname = 'left_role')`,
  ],
  'a setting': [`set work_mem = '7MB'; ${own('true')}`, `current_setting('work_mem') <> '7MB'`],
  'a setting of its own': [
    `set my.setting = 'x'; ${own('true')}`,
    `current_setting('my.setting', true) is null`,
  ],
  'a setting made by a function call': [
    `select set_config('my.other', 'x', false) as x \\gset\n${own('true')}`,
    `current_setting('my.other', true) is null`,
  ],
  'a setting behind a comment': [
    `begin; set /* whose */ my.commented = 'x'; rollback; ${own('true')}`,
    `current_setting('my.commented', true) is null`,
  ],
  'the rules for strings': [
    `set standard_conforming_strings = off; ${own('true')}`,
    `concat('a\\', 'b\\') = 'a\\b\\'`,
  ],
  'another role': [`set role pg_read_all_data; ${own('true')}`, `current_user <> 'pg_read_all_data'`],
  'another session user': [
    `set session authorization pg_read_all_data; ${own('true')}`,
    `session_user <> 'pg_read_all_data'`,
  ],
  'a temporary table': [
    `create temp table left_temp (); ${own('true')}`,
    `to_regclass('pg_temp.left_temp') is null`,
  ],
  'a prepared statement': [
    `prepare left_statement as select 1; ${own('true')}`,
    'not exists (select from pg_prepared_statements)',
  ],
  'an advisory lock': [
    `select pg_advisory_lock(4711) as x \\gset\n${own('true')}`,
    `not exists (select from pg_locks where locktype = 'advisory' and objid = 4711)`,
  ],
  'a listener': [`listen left_channel; ${own('true')}`, 'not exists (select from pg_listening_channels())'],
  'an open transaction': [`begin; create table left_open ();`, `to_regclass('left_open') is null`],
  'an advanced sequence of its own': [
    `create sequence left_sequence; select nextval('left_sequence') as x \\gset\n${own('true')}`,
    `to_regclass('left_sequence') is null`,
  ],
}

describe('isolation', () => {
  const database = useDatabase()

  for (const isolation of ['rollback', 'clone'] as const) {
    describe(isolation, () => {
      let report: Report
      // One run for all: each file that leaves something is followed by the file that looks for it.
      before(() => {
        const pairs = Object.values(traces).flatMap(([leave, clean], n) => [
          [fileOf(n, 'leaves'), leave],
          [fileOf(n, 'looks'), own(clean)],
        ])
        return withFiles(Object.fromEntries(pairs), async (cwd) => {
          report = await runFiles({ files: ['.'], url: database.url, isolation, jobs: 1, cwd })
        })
      })
      for (const [n, what] of Object.keys(traces).entries()) {
        it(`${what} does not reach the next file`, () => {
          assert.equal(report.results[fileOf(n, 'looks')]?.verdict, 'passed')
        })
      }
      it('none of their statements failed', () => assert.deepEqual(report.failures, []))
    })
  }

  it('rollback: after a file without traces, the session is reused', () => {
    const file = testFile(1, `do $$ begin raise notice '%', pg_backend_pid(); end $$;\nselect pass();`)
    return withFiles({ '1.sql': file, '2.sql': file, '3.sql': file }, async (cwd) => {
      const { events } = await runFiles({ files: ['.'], url: database.url, jobs: 1, cwd })
      const pids = events.flatMap((event) =>
        event.type === 'notice' && /^\d+$/.test(event.message) ? [event.message] : [],
      )
      assert.equal(pids.length, 3)
      assert.equal(new Set(pids).size, 1)
    })
  })

  it('rollback: traces of a function of the database do not reach the next file', async () => {
    await query(
      database.url,
      `create function leave_mark() returns text language sql as $$ select set_config('my.mark', 'x', false) $$`,
    )
    const files = {
      '1.sql': `select leave_mark() as x \\gset\n${own('true')}`,
      '2.sql': own(`current_setting('my.mark', true) is null`),
    }
    await withFiles(files, async (cwd) => {
      const { results } = await runFiles({ files: ['.'], url: database.url, jobs: 1, cwd })
      assert.equal(results['2.sql']?.verdict, 'passed')
    })
    await query(database.url, 'drop function leave_mark()')
  })

  it('rollback: a file is read by its own rules for strings, not by those that the previous file set', () => {
    const files = {
      '1.sql': `set standard_conforming_strings = off;\n${own('true')}`,
      '2.sql': testFile(1, "select is(concat('a\\', 'b\\'), E'a\\\\b\\\\');"),
    }
    return withFiles(files, async (cwd) => {
      const { failures, results } = await runFiles({ files: ['.'], url: database.url, jobs: 1, cwd })
      assert.deepEqual(failures, [])
      assert.equal(results['2.sql']?.verdict, 'passed')
    })
  })

  it('rollback: a connection of dblink does not reach the next file', () => {
    const connect = `dblink_connect('left', format('host=127.0.0.1 port=%s dbname=postgres user=postgres password=${new URL(database.url).password}', current_setting('port')))`
    const files = {
      '1.sql': `create extension dblink;\nselect ${connect} as x \\gset\n${own('true')}`,
      '2.sql': `create extension dblink;\n${own('dblink_get_connections() is null')}`,
    }
    return withFiles(files, async (cwd) => {
      const { results } = await runFiles({ files: ['.'], url: database.url, jobs: 1, cwd })
      assert.equal(results['1.sql']?.verdict, 'passed')
      assert.equal(results['2.sql']?.verdict, 'passed')
    })
  })

  it('rollback: a cancelled session is not reused, because the cancel request may arrive late', () => {
    const pid = `do $$ begin raise notice '%', pg_backend_pid(); end $$;`
    const files = {
      '1.sql': testFile(1, `${pid}\nselect pass() from pg_sleep(600);`),
      '2.sql': testFile(1, `${pid}\nselect pass();`),
    }
    return withFiles(files, async (cwd) => {
      const options = { files: ['.'], url: database.url, jobs: 1, timeoutMs: 3000, cwd }
      const { events, results } = await runFiles(options)
      const pids = events.flatMap((event) => (event.type === 'notice' ? [event.message] : []))
      assert.deepEqual([results['1.sql']?.verdict, results['2.sql']?.verdict], ['failed', 'passed'])
      assert.equal(pids.length, 2, 'the first file did not reach its sleep in time, so nothing was cancelled')
      assert.notEqual(pids[0], pids[1])
    })
  })

  it('rollback: a session that ended between two files is replaced', async () => {
    const { signal } = new AbortController()
    const place = await createPlace({ files: [], url: database.url }, signal)
    const seat = place.seat(true)
    const first = (await seat.take()).session
    await seat.release(true)
    await query(database.serverUrl, `select pg_terminate_backend(${first.processId}, 5000)`)
    while (!first.lost) await new Promise((resolve) => setTimeout(resolve, 10))
    const next = await seat.take()
    assert.deepEqual(await next.run('select 1', {}, false), { status: 'T' })
    await seat.release(true)
    // The runner does not know yet. The file fails, and runs again because the session was not known to be clean.
    await query(database.serverUrl, `select pg_terminate_backend(${next.session.processId})`)
    const late = await seat.take()
    await late.run('select 1', {}, false).catch(() => assert.equal(seat.fresh(), false))
    await seat.leave()
    await place.close()
  })

  it('rollback: a statement that it cannot isolate is refused with advice', () =>
    withFiles(
      {
        'vacuum.sql': 'vacuum;',
        'two-phase.sql': `begin; create table t (); prepare transaction 'x';`,
        'local.sql': "begin; set local work_mem = '5MB'; commit;",
        'serializable.sql': 'create table t (); begin isolation level serializable; rollback;',
      },
      async (cwd) => {
        const { failures, results } = await runFiles({ files: ['.'], url: database.url, jobs: 1, cwd })
        assert.deepEqual(
          Object.values(results).map((result) => result.verdict),
          ['failed', 'failed', 'failed', 'failed'],
        )
        for (const { failure } of failures)
          assert.match(`${failure.message} ${failure.hint}`, /--isolation clone/)
        assert.equal(failures.length, 4)
        assert.deepEqual(await query(database.url, 'select * from pg_prepared_xacts'), [])
      },
    ))

  it('clone: runs statements that cannot run in a transaction', () =>
    withFiles({ 'vacuum.sql': `vacuum; ${own('true')}` }, async (cwd) => {
      const { summary } = await runFiles({ files: ['.'], url: database.url, isolation: 'clone', cwd })
      assert.equal(summary.ok, true)
    }))

  it('clone: reports that other sessions use the database', async () => {
    const { default: pg } = await import('pg')
    const other = new pg.Client({ connectionString: database.url })
    await other.connect()
    try {
      await withFiles({ '1.sql': own('true') }, (cwd) =>
        assert.rejects(
          runFiles({ files: ['.'], url: database.url, isolation: 'clone', cwd }),
          /cannot be cloned while others are connected/,
        ),
      )
    } finally {
      await other.end()
    }
  })

  it('clone: removes the clones of a killed run, and not those of a running one', async () => {
    const dead = 'pgtap_runner_1_00000000_template'
    await query(database.serverUrl, `create database ${dead}`)
    const slow = { '1.sql': `select pg_sleep(1);\n${own('true')}` }
    const runs = await withFiles(slow, (cwd) =>
      Promise.all(
        [1, 2].map(async () => {
          const source = await createDatabase(database.serverUrl, { pgtap: false })
          const { summary } = await runFiles({ files: ['.'], url: source.url, isolation: 'clone', cwd })
          await source.drop()
          return summary.ok
        }),
      ),
    )
    assert.deepEqual(runs, [true, true])
    assert.deepEqual(
      await query(database.serverUrl, `select datname from pg_database where datname = '${dead}'`),
      [],
    )
  })

  it('clone: keeps the settings of the database, and removes every clone', async () => {
    await query(database.url, `alter database ${database.name} set my.kept = 'yes'`)
    await withFiles(
      { '1.sql': own(`current_setting('my.kept', true) = 'yes'`), '2.sql': 'select 1/0;' },
      async (cwd) => {
        const { results } = await runFiles({ files: ['.'], url: database.url, isolation: 'clone', cwd })
        assert.equal(results['1.sql']?.verdict, 'passed')
      },
    )
    await query(database.url, `alter database ${database.name} reset my.kept`)
    assert.deepEqual(
      await query(database.serverUrl, `select datname from pg_database where datname like 'pgtap_runner_%'`),
      [],
    )
  })
})
