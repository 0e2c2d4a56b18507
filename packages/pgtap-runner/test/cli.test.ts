import assert from 'node:assert/strict'
import { appendFile, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Parser } from 'tap-parser'
import { runCli } from './support/cli.ts'
import { createDatabase, query } from './support/database.ts'
import { testFile, withFiles } from './support/run-files.ts'
import { useDatabase } from './support/use-database.ts'

const pass = testFile(1, "select pass('fine');")
const fail = testFile(2, "select pass('fine');\nselect is(1, 2, 'one is two');")
const sleep = testFile(1, 'select pg_sleep(600);')

describe('the command', () => {
  const database = useDatabase()

  it('exits with 0 if all passed, with 1 if a file failed or no test ran', () =>
    withFiles({ 'pass.sql': pass, 'fail.sql': fail, 'skip.sql': "select '1..0';" }, async (cwd) => {
      const code = async (...args: string[]) => (await runCli(['--url', database.url, ...args], { cwd })).code
      assert.deepEqual(
        [await code('pass.sql'), await code('fail.sql'), await code('.'), await code('skip.sql')],
        [0, 1, 1, 1],
      )
    }))

  it('ends with the line N passed, N failed, in which a file that failed without a failing assertion counts as one', () =>
    withFiles({ 'pass.sql': pass, 'fail.sql': fail, 'error.sql': 'select 1/0;' }, async (cwd) => {
      const { stdout } = await runCli(['--url', database.url, '.'], { cwd })
      assert.equal(stdout.trimEnd().split('\n').at(-1), '2 passed, 2 failed')
      assert.match(stdout, /not ok 2 - one is two\n {6}at fail\.sql:4\n.*have: 1\n.*want: 2/)
      assert.match(stdout, /ERROR: division by zero \(SQLSTATE 22012\)\n {6}at error\.sql:1/)
    }))

  it('ends quietly when the reader closes the pipe, as in pgtap-runner | head', () =>
    // More than a pipe can buffer, so that it cannot have written everything before the reader exits.
    withFiles(
      { 'many.sql': testFile(9000, "select pass(repeat('x', 99)) from generate_series(1, 9000);") },
      async (cwd) => {
        const { code, stderr } = await runCli(
          ['--url', database.url, '--reporter=tap', 'many.sql', 'many.sql'],
          {
            cwd,
            during: async ({ stdout }) => {
              stdout?.once('data', () => stdout.destroy())
            },
          },
        )
        assert.equal(stderr, '')
        // 0 if all files had run by then.
        assert.ok(code === 130 || code === 0, `${code}`)
      },
    ))

  it('takes the server from DATABASE_URL or the PG variables', () =>
    withFiles({ 'pass.sql': pass }, async (cwd) => {
      const { hostname, port, username, password } = new URL(database.url)
      const variables = {
        PGHOST: hostname,
        PGPORT: port,
        PGUSER: username,
        PGPASSWORD: decodeURIComponent(password),
        PGDATABASE: database.name,
      }
      assert.equal((await runCli(['pass.sql'], { cwd, env: { DATABASE_URL: database.url } })).code, 0)
      assert.equal((await runCli(['pass.sql'], { cwd, env: variables })).code, 0)
    }))

  it('finds files, folders and globs, filters and shuffles them', () =>
    withFiles({ 'a/1.sql': pass, 'a/b/2.pg': pass, 'a/b/note.txt': '', 'c/3.sql': pass }, async (cwd) => {
      const names = async (...args: string[]) => {
        const { stdout } = await runCli(
          ['--url', database.url, '--jobs', '1', '--reporter', 'json', ...args],
          { cwd },
        )
        return JSON.parse(stdout.split('\n')[0] ?? '').files
      }
      assert.deepEqual(await names('a'), ['a/1.sql', 'a/b/2.pg'])
      assert.deepEqual(await names('**/*.sql'), ['a/1.sql', 'c/3.sql'])
      assert.deepEqual(await names('c/3.sql', 'a/*.sql'), ['c/3.sql', 'a/1.sql'])
      assert.deepEqual(await names('.', '--filter', 'b/|3'), ['a/b/2.pg', 'c/3.sql'])
      assert.deepEqual(await names('.', '--shuffle', '2'), await names('.', '--shuffle', '2'))
      const orders = await Promise.all(['1', '2', '3', '4', '5'].map((seed) => names('.', '--shuffle', seed)))
      assert.ok(new Set(orders.map(String)).size > 1)
    }))

  it('passes variables on', () =>
    withFiles({ 'a.sql': testFile(1, "select is(:'who'::text, 'it''s me');") }, async (cwd) => {
      assert.equal((await runCli(['--url', database.url, '--set', "who=it's me", 'a.sql'], { cwd })).code, 0)
    }))

  describe('exits with 2 and one line for bad input', () => {
    const files = {
      'pass.sql': pass,
      'latin1.sql': Buffer.from("select 'ok \xe9';", 'latin1'),
      'circle.sql': '\\ir circle2.psql\n',
      'circle2.psql': '\\ir circle.sql\n',
      'outside.sql': '\\i /etc/hostname\n',
      'outside2.sql': '\\ir ../../../../etc/hostname\n',
      'link.sql': '\\ir link\n',
    }
    const cases: Record<string, [args: string[], message: RegExp]> = {
      'unreachable server': [
        ['--url', 'postgres://me:secret@127.0.0.1:1/x', 'pass.sql'],
        /cannot connect to 127\.0\.0\.1:1\/x: connect ECONNREFUSED/,
      ],
      'unknown database': [['--url', 'URL_nope', 'pass.sql'], /database ".*nope" does not exist/],
      'not a URL': [['--url', 'localhost', 'pass.sql'], /URL cannot be read/],
      'another protocol': [['--url', 'mysql://localhost/x', 'pass.sql'], /mysql:/],
      'no file named': [[], /name the files/],
      'no such file': [['nowhere.sql'], /no such file or folder: nowhere\.sql/],
      'no files matched a glob': [['*.nope'], /no files matched \*\.nope/],
      'no files matched the filter': [['.', '--filter', 'zzz'], /no files matched \. with --filter zzz/],
      'bad filter': [['.', '--filter', '('], /not a regular expression/],
      'not UTF-8': [['latin1.sql'], /latin1\.sql is not UTF-8/],
      'a link to nowhere': [['links'], /cannot read links\/dangling\.sql: ENOENT/],
      'no jobs': [['--jobs', '0', 'pass.sql'], /--jobs must be a whole number from 1, not 0/],
      'odd jobs': [['--jobs', '1.5', 'pass.sql'], /--jobs/],
      'unknown reporter': [
        ['--reporter', 'fancy', 'pass.sql'],
        /unknown reporter fancy: choose from spec, dot, tap, junit, github, json/,
      ],
      'unwritable report': [
        ['--reporter', 'junit=/nowhere/x.xml', 'pass.sql'],
        /cannot write \/nowhere\/x\.xml/,
      ],
      'unknown isolation': [['--isolation', 'none', 'pass.sql'], /rollback or clone/],
      'unknown option': [['--colour', 'pass.sql'], /--colour/],
      'bad timeout': [['--timeout', 'soon', 'pass.sql'], /--timeout/],
      'bad seed': [['--shuffle', 'x', 'pass.sql'], /--shuffle/],
      'bad variable': [['--set', 'a b=1', 'pass.sql'], /--set/],
      'circular include': [
        ['circle.sql'],
        /circle2\.psql:1: circle\.sql includes itself: circle\.sql → circle2\.psql → circle\.sql/,
      ],
      'include outside': [['outside.sql'], /outside\.sql:1: \/etc\/hostname lies outside .*--root/],
      'relative include outside': [['outside2.sql'], /lies outside/],
      'include outside through a link': [['link.sql'], /lies outside/],
    }
    for (const [what, [args, message]] of Object.entries(cases)) {
      it(what, () =>
        withFiles(files, async (folder) => {
          const cwd = join(folder, 'deep/er')
          await mkdir(cwd, { recursive: true })
          for (const name of Object.keys(files)) await symlinkOrCopy(folder, cwd, name)
          await mkdir(join(cwd, 'links'))
          await symlink('nowhere.sql', join(cwd, 'links/dangling.sql'))
          const { code, stderr, stdout } = await runCli(
            args.map((arg) => arg.replace(/^URL_/, `${database.url}_`)),
            {
              cwd,
              env: args.includes('--url') ? {} : { DATABASE_URL: database.url },
            },
          )
          assert.equal(code, 2, stdout + stderr)
          assert.match(stderr, message)
          assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
          assert.doesNotMatch(stderr, /secret/)
        }),
      )
    }
    async function symlinkOrCopy(folder: string, cwd: string, name: string): Promise<void> {
      const { copyFile } = await import('node:fs/promises')
      await copyFile(join(folder, name), join(cwd, name))
      if (name === 'link.sql') await symlink('/etc/hostname', join(cwd, 'link'))
    }
  })

  it('reads further folders with --root', () =>
    withFiles(
      { 'lib/x.psql': "select '1..1';\nselect 'ok 1';\n", 'tests/a.sql': '\\ir ../lib/x.psql\n' },
      async (folder) => {
        const cwd = join(folder, 'tests')
        assert.equal((await runCli(['--url', database.url, 'a.sql'], { cwd })).code, 2)
        assert.equal((await runCli(['--url', database.url, '--root', '../lib', 'a.sql'], { cwd })).code, 0)
      },
    ))

  for (const isolation of ['rollback', 'clone']) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`${signal} with ${isolation}: cancels on the server, leaves nothing, exits 130`, () =>
        withFiles({ 'a.sql': sleep, 'b.sql': sleep, 'c.sql': pass }, async (cwd) => {
          const own = await createDatabase(database.serverUrl, { pgtap: false })
          const busy = () =>
            query(
              database.serverUrl,
              `select from pg_stat_activity where query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()`,
            )
          try {
            const { code, stdout } = await runCli(
              ['--url', own.url, '--isolation', isolation, '--install-pgtap', '--jobs', '2', '.'],
              {
                cwd,
                async during(child) {
                  while ((await busy()).length < 2) await delay(50)
                  child.kill(signal)
                },
              },
            )
            assert.equal(code, 130)
            assert.match(stdout, /interrupted/)
            assert.deepEqual(await busy(), [])
            assert.deepEqual(
              await query(
                database.serverUrl,
                `select datname from pg_database where datname like 'pgtap_runner_%'`,
              ),
              [],
            )
            assert.deepEqual(
              await query(own.url, `select nspname from pg_namespace where nspname = 'pgtap_runner'`),
              [],
            )
          } finally {
            await own.drop()
          }
        }))
    }
  }

  it('--watch runs again when a file changes, until Ctrl-C', () =>
    withFiles({ 'a.sql': pass }, async (cwd) => {
      const { code, stdout } = await runCli(['--url', database.url, '--watch', '.'], {
        cwd,
        async during(child) {
          let seen = ''
          child.stdout?.on('data', (chunk: Buffer) => {
            seen += chunk
          })
          const until = async (text: string, times: number) => {
            while (seen.split(text).length - 1 < times) await delay(20)
          }
          await until('waiting for changes', 1)
          await appendFile(join(cwd, 'a.sql'), '-- changed\n')
          await until('waiting for changes', 2)
          child.kill('SIGINT')
        },
      })
      assert.equal(code, 130)
      assert.match(stdout, /a\.sql changed/)
      assert.equal(stdout.match(/1 passed, 0 failed/g)?.length, 2)
    }))

  it('writes several reports at once', () =>
    withFiles(
      {
        'fail.sql': fail,
        'pass.sql': pass,
        'error.sql': 'select 1/0;',
        'skip.sql': "select '1..0 # SKIP x';",
      },
      async (cwd) => {
        const reporters = [
          'spec',
          'tap=out.tap',
          'dot=out.dot',
          'github=out.github',
          'json:out.json',
          'junit=out.xml',
        ]
        const { code, stdout } = await runCli(
          ['--url', database.url, ...reporters.flatMap((name) => ['--reporter', name]), '.'],
          { cwd },
        )
        assert.equal(code, 1)
        assert.match(stdout, /2 passed, 2 failed\n$/)
        const read = (name: string) => readFile(join(cwd, name), 'utf8')
        assert.match(await read('out.dot'), /^[.FE]+\n[\s\S]*2 passed, 2 failed\n$/)
        assert.match(
          await read('out.github'),
          /^::error file=fail\.sql,line=4,title=not ok 2 - one is two::not ok 2 - one is two%0Aat fail\.sql:4%0A/m,
        )
        for (const line of (await read('out.json')).trim().split('\n')) JSON.parse(line)
        const parser = new Parser({ strict: true })
        parser.end(await read('out.tap'))
        assert.deepEqual([parser.count, parser.fail, parser.skip, parser.planEnd], [4, 2, 1, 4])
      },
    ))
})
