import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startThrowaway } from './support/cluster.ts'
import { query } from './support/database.ts'
import { runFiles, testFile, withFiles } from './support/run-files.ts'
import { useDatabase } from './support/use-database.ts'

describe('failures', () => {
  const database = useDatabase()
  const run = (
    files: Record<string, string>,
    options: { timeoutMs?: number; bail?: number; jobs?: number } = {},
  ) => withFiles(files, (cwd) => runFiles({ files: ['.'], url: database.url, jobs: 1, cwd, ...options }))

  it('a failing assertion comes with description, have, want, file and line', async () => {
    const { assertions } = await run({
      'a.sql': testFile(2, "select pass('x');\n\n-- why\nselect is(\n  1, 2,\n  'one is two');"),
    })
    const failed = assertions.find((assertion) => !assertion.passed)
    assert.deepEqual(
      {
        description: failed?.description,
        have: failed?.have,
        want: failed?.want,
        location: failed?.location,
        number: failed?.number,
      },
      { description: 'one is two', have: '1', want: '2', location: { file: 'a.sql', line: 6 }, number: 2 },
    )
  })

  it('an assertion in an included file is reported with that file', async () => {
    const { assertions } = await run({
      'a.sql': testFile(1, '\\ir part.psql'),
      'part.psql': "\n\nselect fail('inner');\n",
    })
    assert.deepEqual(assertions[0]?.location, { file: 'part.psql', line: 3 })
  })

  it('failures of a subtest are reported', async () => {
    const body = `create schema t; create function t.test_a() returns setof text language plpgsql as
      $$ begin return next is(1, 3, 'inner'); end $$; select * from runtests('t'::name);`
    const { assertions } = await run({ 'a.sql': `begin;\n${body}\nrollback;` })
    assert.equal(assertions[0]?.passed, false)
    assert.deepEqual(
      assertions[0]?.nested.map(({ description, have, want }) => [description, have, want]),
      [['inner', '1', '3']],
    )
  })

  it('an SQL error comes with SQLSTATE, line, column, excerpt and hint', async () => {
    const { failures } = await run({
      'a.sql':
        "create table zebra (stripes int);\n\\set column strips\nselect 'ü', '😀',\n  /* x */ :column from zebra;\n",
      'b.sql': 'select no_such_function(\n  1);',
      'c.sql':
        "do $$ begin raise exception using message = 'm', detail = 'd', hint = 'h', errcode = 'AB123'; end $$;",
    })
    const [first, second, third] = failures.map((one) => one.failure)
    assert.equal(first?.code, '42703')
    assert.deepEqual(first?.location, { file: 'a.sql', line: 4, column: 11 })
    assert.deepEqual(first?.excerpt, ['  /* x */ :column from zebra;', '          ^'])
    assert.match(first?.hint ?? '', /zebra\.stripes/)
    assert.deepEqual([second?.code, second?.location], ['42883', { file: 'b.sql', line: 1, column: 8 }])
    assert.deepEqual([third?.code, third?.detail, third?.hint], ['AB123', 'd', 'h'])
    assert.match(third?.where ?? '', /inline_code_block line 1 at RAISE/)
  })

  it('an unsupported command is an error with file and line, also without ON_ERROR_STOP', async () => {
    const { failures, results } = await run({
      'a.sql': `\\set ON_ERROR_STOP 0\n${testFile(1, '\\d pg_class\nselect pass();')}`,
    })
    assert.deepEqual(
      failures.map(({ failure, fatal }) => [failure.message, failure.location, fatal]),
      [['\\d is not supported by pgtap-runner', { file: 'a.sql', line: 4 }, true]],
    )
    assert.equal(results['a.sql']?.verdict, 'failed')
  })

  for (const command of [
    '\\! id',
    "\\copy t to 'x'",
    '\\o x',
    '\\connect other',
    '\\pset format html',
    '\\g x',
    '\\cd /',
    '\\watch',
    'select 1 \\crosstabview',
  ]) {
    it(`${command} is refused`, async () => {
      const { failures } = await run({ 'a.sql': `${command}\nselect '1..0';\n` })
      assert.match(failures[0]?.failure.message ?? '', /not supported|supported only to/)
      assert.equal(failures[0]?.failure.location.line, 1)
    })
  }

  it('an open transaction fails only its own file', async () => {
    const { results } = await run({
      'a.sql': 'begin;\nselect plan(1);\nselect pass();\n',
      'b.sql': testFile(1, 'select pass();'),
    })
    assert.deepEqual(results['a.sql']?.problems, ['left a transaction open: end the file with "rollback;"'])
    assert.deepEqual([results['a.sql']?.verdict, results['b.sql']?.verdict], ['failed', 'passed'])
  })

  it('a file that takes too long is cancelled on the server, and only that file fails', async () => {
    const { results, failures } = await run(
      {
        'a.sql': testFile(2, 'select pass();\nselect pg_sleep(600);\nselect pass();'),
        'b.sql': testFile(1, 'select pass();'),
      },
      { timeoutMs: 3000 },
    )
    assert.deepEqual(
      failures.map(({ failure }) => [failure.message, failure.location.line]),
      [['timed out after 3 s', 4]],
    )
    assert.deepEqual(
      [results['a.sql']?.tests, results['a.sql']?.verdict, results['b.sql']?.verdict],
      [1, 'failed', 'passed'],
    )
    const still = await query(
      database.url,
      `select query from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`,
    )
    assert.deepEqual(still, [])
  })

  it('the connection of a statement that ignores its cancellation is closed', async () => {
    const stubborn = `do $$ begin loop begin perform pg_sleep(600); exception when query_canceled then null; end; end loop; end $$;`
    const { results } = await run(
      { 'a.sql': stubborn, 'b.sql': testFile(1, 'select pass();') },
      { timeoutMs: 3000 },
    )
    assert.deepEqual([results['a.sql']?.verdict, results['b.sql']?.verdict], ['failed', 'passed'])
    const still = await query(
      database.url,
      `select query from pg_stat_activity where query like '%query_canceled%' and pid <> pg_backend_pid()`,
    )
    assert.deepEqual(still, [])
  })

  it('only the file that loses its backend fails', async () => {
    const { results, failures } = await run({
      'a.sql': testFile(2, 'select pass();\nselect pg_terminate_backend(pg_backend_pid());'),
      'b.sql': testFile(1, 'select pass();'),
    })
    assert.deepEqual(
      [failures[0]?.failure.code, failures[0]?.failure.location],
      ['57P01', { file: 'a.sql', line: 4 }],
    )
    assert.deepEqual([results['a.sql']?.verdict, results['b.sql']?.verdict], ['failed', 'passed'])
  })

  it('only the file that crashes the server fails: files that ran at the same time run again', async () => {
    const own = await startThrowaway()
    try {
      await withFiles(
        {
          'crash.sql': `select '1..1';\nselect pg_sleep(0.5);\ncopy (select 1) to program 'kill -9 $PPID';\n`,
          'beside.sql': `select '1..1';\nselect pg_sleep(2);\nselect 'ok 1';\n`,
          'later.sql': `select '1..1';\nselect 'ok 1';\n`,
        },
        async (cwd) => {
          const { results, events } = await runFiles({
            files: ['crash.sql', 'beside.sql', 'later.sql'],
            url: own.url,
            jobs: 2,
            cwd,
          })
          assert.deepEqual(
            [results['crash.sql']?.verdict, results['beside.sql']?.verdict, results['later.sql']?.verdict],
            ['failed', 'passed', 'passed'],
          )
          assert.ok(events.some((event) => event.type === 'file-retry' && event.file === 'beside.sql'))
        },
      )
    } finally {
      await own.stop()
    }
  })

  it('bail out ends the run', async () => {
    const { results, events, summary } = await run({
      'a.sql': "select '1..2';\nselect 'ok 1';\nselect 'Bail out! no disk';\nselect 'ok 2';",
      'b.sql': testFile(1, 'select pass();'),
    })
    assert.ok(events.some((event) => event.type === 'bail-out' && event.reason === 'no disk'))
    assert.deepEqual(
      [results['a.sql']?.verdict, results['b.sql'], summary.ok, summary.filesNotRun],
      ['failed', undefined, false, 1],
    )
  })

  it('--bail stops after that many failed files', async () => {
    const { results } = await run(
      { 'a.sql': 'select 1/0;', 'b.sql': 'select 1/0;', 'c.sql': testFile(1, 'select pass();') },
      { bail: 2 },
    )
    assert.deepEqual(Object.keys(results), ['a.sql', 'b.sql'])
  })

  it('notices are reported with the statement they came from', async () => {
    const { events } = await run({
      'a.sql': testFile(1, "select pass();\n\ndo $$ begin raise notice 'psst'; end $$;"),
    })
    const notice = events.find((event) => event.type === 'notice' && event.message === 'psst')
    assert.deepEqual(notice?.type === 'notice' && notice.location, { file: 'a.sql', line: 5 })
  })

  it('a run without tests is not a success', async () => {
    const { summary, results } = await run({ 'a.sql': "select '1..0 # SKIP later';" })
    assert.deepEqual(
      [results['a.sql']?.verdict, results['a.sql']?.skipReason, summary.ok],
      ['skipped', 'later', false],
    )
  })
})
