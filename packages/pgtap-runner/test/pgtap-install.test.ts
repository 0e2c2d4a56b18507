import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { createDatabase, query } from './support/database.ts'
import { runFiles, testFile, withFiles } from './support/run-files.ts'
import { useDatabase } from './support/use-database.ts'

const leftovers = `select nspname from pg_namespace where nspname = 'pgtap_runner'`

describe('--install-pgtap', () => {
  const database = useDatabase({ pgtap: false })
  const options = { files: ['.'], installPgtap: true, jobs: 2 }

  for (const isolation of ['rollback', 'clone'] as const) {
    it(`${isolation}: loads pgTAP for the run and removes it`, () =>
      withFiles(
        {
          'a.sql': testFile(1, 'select pass();'),
          'b.sql': `create extension if not exists pgtap with schema extensions;\n${testFile(1, 'set local role pg_read_all_data;\nselect pass();')}`,
          'c.sql': `begin;\n/* x */ create extension pgtap;\nselect plan(1);\nselect has_table('pg_catalog', 'pg_class', 'x');\nselect * from finish();\nrollback;`,
        },
        async (cwd) => {
          const { summary } = await runFiles({ ...options, url: database.url, isolation, cwd })
          assert.deepEqual([summary.passed, summary.failed], [3, 0])
          assert.deepEqual(await query(database.url, leftovers), [])
        },
      ))
  }

  it('without it, a database without pgTAP gives an error that names pgTAP', () =>
    withFiles({ 'a.sql': testFile(1, 'select pass();') }, async (cwd) => {
      const { failures } = await runFiles({ files: ['.'], url: database.url, cwd })
      assert.equal(failures[0]?.failure.code, '42883')
    }))

  it('does not change an existing pgTAP, and finds it outside the search_path', async () => {
    const own = await createDatabase(database.serverUrl)
    try {
      await query(
        own.url,
        `create schema extensions; do $$ declare f regprocedure; begin
        for f in select oid::regprocedure from pg_proc where pronamespace = 'public'::regnamespace loop
          execute format('alter routine %s set schema extensions', f); end loop; end $$;
        alter view pg_all_foreign_keys set schema extensions; alter view tap_funky set schema extensions;`,
      )
      await withFiles({ 'a.sql': testFile(1, 'select pass();') }, async (cwd) => {
        const { summary } = await runFiles({ ...options, url: own.url, cwd })
        assert.equal(summary.ok, true)
      })
      assert.deepEqual(await query(own.url, leftovers), [])
      assert.deepEqual(
        await query(
          own.url,
          `select pronamespace::regnamespace::text as at from pg_proc where proname = 'throws_ok' limit 1`,
        ),
        [{ at: 'extensions' }],
      )
    } finally {
      await own.drop()
    }
  })

  it('two concurrent runs share it, and the last one removes it', () =>
    withFiles(
      {
        '1.sql': testFile(1, 'select pg_sleep(0.2);\nselect pass();'),
        '2.sql': testFile(1, 'select pg_sleep(1);\nselect pass();'),
      },
      async (cwd) => {
        const runs = await Promise.all(
          [['1.sql'], ['2.sql'], ['1.sql', '2.sql']].map((files) =>
            runFiles({ ...options, files, url: database.url, cwd }),
          ),
        )
        assert.deepEqual(
          runs.map((run) => run.summary.ok),
          [true, true, true],
        )
        assert.deepEqual(await query(database.url, leftovers), [])
      },
    ))

  it('the next run uses and removes what a killed run left', async () => {
    const { installPgtap } = await import('../src/pgtap/install.ts')
    const { openSession } = await import('../src/server/open-session.ts')
    const killed = await openSession({ url: database.url })
    await installPgtap(killed)
    killed.destroy()
    assert.equal((await query(database.url, leftovers)).length, 1)
    await withFiles({ 'a.sql': testFile(1, 'select pass();') }, async (cwd) => {
      while (
        (await query(database.url, `select from pg_stat_activity where pid = ${killed.processId}`)).length > 0
      ) {}
      const { summary } = await runFiles({ ...options, url: database.url, cwd })
      assert.equal(summary.ok, true)
    })
    assert.deepEqual(await query(database.url, leftovers), [])
  })

  it('refuses to touch a schema of that name that is not its own', async () => {
    await query(database.url, 'create schema pgtap_runner')
    await withFiles({ 'a.sql': testFile(1, 'select pass();') }, (cwd) =>
      assert.rejects(runFiles({ ...options, url: database.url, cwd }), /not pgtap-runner's own/),
    )
    assert.equal((await query(database.url, leftovers)).length, 1)
    await query(database.url, 'drop schema pgtap_runner')
  })

  it('works for an ordinary role that owns the database', async () => {
    const role = `runner_owner_${randomBytes(3).toString('hex')}`
    await query(
      database.serverUrl,
      `create role ${role} login createdb password '${role}'; alter database ${database.name} owner to ${role}`,
    )
    try {
      const url = new URL(database.url)
      url.username = role
      url.password = role
      await withFiles({ 'a.sql': testFile(1, 'select pass();') }, async (cwd) => {
        for (const isolation of ['rollback', 'clone'] as const) {
          const { summary } = await runFiles({ ...options, url: url.href, isolation, cwd })
          assert.equal(summary.ok, true)
        }
      })
      assert.deepEqual(await query(database.url, leftovers), [])
    } finally {
      await query(
        database.serverUrl,
        `alter database ${database.name} owner to current_user; drop role ${role}`,
      )
    }
  })
})
