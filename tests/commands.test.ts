import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { listMigrations } from '../db/migrations/files.ts'
import { inRoot } from '../db/paths.ts'
import { withTestDatabase } from './support/database.ts'

interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

function run(program: string, args: string[], env: Record<string, string> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: inRoot(),
    encoding: 'utf8',
    env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '', ...env },
  })
  return { code: status, stdout, stderr }
}

const make = (...args: string[]) => run('make', args)
const makefile = readFileSync(inRoot('Makefile'), 'utf8')
const targets = [...makefile.matchAll(/^\.PHONY: (\S+)$/gm)].flatMap(([, name]) =>
  name === undefined || name === 'usage' ? [] : [name],
)

test('make without a command prints the usage and exits with 2', () => {
  const { code, stderr } = make()
  assert.equal(code, 2)
  assert.match(stderr, /usage: make <command>[\s\S]*make migrate/)
})

test('make with an unknown command names it, lists the others and exits with 2', () => {
  const { code, stderr } = make('migrat')
  assert.equal(code, 2)
  assert.match(stderr, /no command "migrat"[\s\S]*make migrate/)
})

test('a command together with an unknown one does nothing', () => {
  const { code, stdout, stderr } = make('url', 'migrat')
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /no command "migrat": nothing was done/)
})

test('make help lists every command of the Makefile', () => {
  const { code, stdout } = make('help')
  assert.equal(code, 0)
  for (const name of targets) assert.match(stdout, new RegExp(`^ {2}make ${name} `, 'm'))
})

test('every command in the documents exists', () => {
  const documents = [
    'README.md',
    ...readdirSync(inRoot('docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ]
  for (const document of documents) {
    const text = readFileSync(inRoot(document), 'utf8')
    for (const [, rest] of text.matchAll(/(?:^ {4}|`|")(?:[A-Z_]+=\S+ )?make ([^`"\n]+)/gm)) {
      const words = (rest ?? '').split('#')[0]?.split(/\s+/) ?? []
      for (const name of words.filter((word) => /^[a-z][a-z-]*$/.test(word))) {
        assert.ok(targets.includes(name), `${document} names "make ${name}"`)
      }
    }
  }
})

for (const name of ['', '../x', 'Tags', 'a b', '1st', 'x'.repeat(41), '-n']) {
  test(`make new with the name "${name.slice(0, 10)}" prints the usage, exits with 2 and writes nothing`, () => {
    const before = readdirSync(inRoot('migrations'))
    const { code, stderr } = make('new', `name=${name}`)
    assert.equal(code, 2)
    assert.match(stderr, /usage: make new name=add_tags/)
    assert.deepEqual(readdirSync(inRoot('migrations')), before)
  })
}

test('make -s url prints the connection string and nothing else', () => {
  const { code, stdout } = make('-s', 'url')
  assert.equal(code, 0)
  assert.match(stdout, /^postgres(?:ql)?:\/\/\S+\n$/)
})

test('make status reports drift, and JSON=1 prints only JSON', async () => {
  await withTestDatabase(async ({ connection, owner }) => {
    const status = (...args: string[]) =>
      run('node', ['.build/status.mjs', ...args], { DATABASE_URL: connection.url.href })
    assert.match(status().stdout, /^\d+ applied, 0 pending, 0 drifted on /m)
    await owner.query('create policy open on public.agent_requests for select to anon using (true)')
    const { code, stdout } = status()
    assert.equal(code, 0)
    assert.match(stdout, /^drifted new policy open on public\.agent_requests$/m)
    assert.match(stdout, /^\d+ applied, 0 pending, 1 drifted on /m)
    const json = JSON.parse(status('--json').stdout)
    const keys = ['applied', 'pending', 'missing', 'edited', 'adopted', 'history', 'problems']
    assert.deepEqual(Object.keys(json), [...keys, 'drifted', 'notCompared'])
    assert.deepEqual(json.drifted, ['new policy open on public.agent_requests'])

    // If the ledger has a version without a file, the result of the files is unknown.
    await owner.query("insert into dbmate.schema_migrations values ('20300101000000')")
    assert.match(status().stdout, /^not compared for drift: .*disagree/m)
    const { drifted, notCompared } = JSON.parse(status('--json').stdout)
    assert.equal(drifted, null)
    assert.match(notCompared, /20300101000000/)
  })
})

test('a command whose output nobody reads any more, as with head, ends without a message', async () => {
  const child = spawn('node', ['.build/status.mjs'], { cwd: inRoot(), stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let messages = ''
  child.stderr.on('data', (part) => {
    messages += part
  })
  const [code] = await once(child, 'close')
  assert.equal(messages, '')
  assert.equal(code, 0)
})

test('a command with an unusable DATABASE_URL prints one line without the password and exits with 2', () => {
  const { code, stdout, stderr } = run('node', ['.build/migrate.mjs'], {
    DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/db',
  })
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /^error: cannot connect to u@127\.0\.0\.1:1\/db: .*\n$/)
  assert.doesNotMatch(stderr, /hunter2/)
})

test('every command reports a wrong option and mentions make help, exits with 2 and does nothing', async () => {
  const scripts = readdirSync(inRoot('scripts')).filter((name) => name.endsWith('.ts'))
  const commands = ['fuzz', ...scripts.map((name) => name.replace(/\.ts$/, ''))]
  assert.ok(commands.length > 30)
  // Anything that a command does before it reads its options fails with another message.
  const env = { ...process.env, DATABASE_URL: 'postgres://u@127.0.0.1:1/db', PG_MAJOR: '12' }
  const wrong = async (command: string, option: string) => {
    const [code, stderr] = await new Promise<[unknown, string]>((resolve) =>
      execFile('node', [`.build/${command}.mjs`, option], { cwd: inRoot(), env }, (error, _, text) =>
        resolve([error?.code ?? 0, text]),
      ),
    )
    assert.equal(code, 2, `${command}: ${stderr}`)
    assert.match(stderr, new RegExp(`'${option}.*nothing was done.*"make help"`), command)
    assert.doesNotMatch(stderr, /DEBUG=1/, command)
  }
  for (const command of commands) await wrong(command, '--nonsense')
  await wrong('plan', '--format')
})

test('make reset refuses a DATABASE_URL that is not the embedded server, without FORCE=1', () => {
  const url = make('-s', 'url').stdout.trim()
  const { code, stderr } = run('node', ['.build/reset.mjs'], { DATABASE_URL: url, FORCE: '' })
  assert.equal(code, 2)
  assert.match(stderr, /nothing was done.*FORCE=1 make reset/)
  assert.match(make('status').stdout, /applied/)
})

test('make rollback names the migration that it would undo on another server, and undoes it only with FORCE=1', async () => {
  await withTestDatabase(async ({ connection }) => {
    const rollback = (FORCE: string) =>
      run('node', ['.build/rollback.mjs'], { DATABASE_URL: connection.url.href, FORCE })
    const refused = rollback('')
    assert.equal(refused.code, 2)
    const newest = listMigrations().at(-1)?.name
    assert.match(
      refused.stderr,
      new RegExp(`would undo ${newest} on .*nothing was done.*FORCE=1 make rollback`),
    )
    assert.match(rollback('1').stdout, new RegExp(`^undone ${newest}`))
  })
})

test('an unknown PostgreSQL major is refused with the supported ones', () => {
  const { code, stderr } = run('node', ['.build/url.mjs'], { PG_MAJOR: '12', DATABASE_URL: '' })
  assert.equal(code, 2)
  assert.match(stderr, /PG_MAJOR is "12"; set it to one of 15, 16, 17, 18/)
})

test('a wrong SHARE ends make test-long with 2 before anything runs', () => {
  for (const SHARE of ['0', '1.5', '-1', 'half']) {
    const { code, stdout, stderr } = run('node', ['.build/test.mjs', '--long'], { SHARE })
    assert.equal(code, 2, SHARE)
    assert.equal(stderr, 'error: SHARE must be above 0 and at most 1, for example 0.05\n')
    assert.equal(stdout, '')
  }
})

test('.env.example lists every setting and nothing else', () => {
  const listed = [...readFileSync(inRoot('.env.example'), 'utf8').matchAll(/^# ([A-Z_]+)=/gm)].map(
    ([, name]) => name,
  )
  const read = [...readFileSync(inRoot('db', 'settings.ts'), 'utf8').matchAll(/environment\.([A-Z_]+)/g)].map(
    ([, name]) => name,
  )
  assert.deepEqual(new Set(listed), new Set([...read, 'DEBUG']))
})

test('docs/troubleshooting.md lists the common errors', () => {
  const text = readFileSync(inRoot('docs', 'troubleshooting.md'), 'utf8')
  for (const heading of [
    'relation already exists',
    'missing auth.uid()',
    'RLS denials',
    'session against transaction pooler port',
    'connection timeouts',
    'stale types',
  ]) {
    assert.ok(text.includes(`\n## ${heading}\n`), heading)
  }
})
