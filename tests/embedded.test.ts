import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { createCluster, readRecord } from 'postgres-kit/embedded/cluster.ts'
import { findHome, type Home } from 'postgres-kit/embedded/home.ts'
import { readPostmaster } from 'postgres-kit/embedded/postmaster.ts'
import { findServer, serverUrl, startServer, stopServer } from 'postgres-kit/embedded/server.ts'
import { scratchHome } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { EMBEDDED_PLACE } from '../db/embedded.ts'
import { until } from './migrations/databases.ts'
import { afterTest, endAfterTest } from './support/after-test.ts'
import { temporaryFolder } from './support/files.ts'

const usual = findHome('17', EMBEDDED_PLACE, () => {})

/** The home of a server for this test, stopped afterwards. */
function ownHome(t: TestContext): Home {
  const home: Home = { ...usual, folder: `${temporaryFolder(t)}/17` }
  afterTest(t, () => stopServer(home))
  return home
}

let made: { folder: string; remove: () => void } | undefined
after(() => made?.remove())

/** The same with a copy of an existing cluster, because initdb takes longer than most of these tests. */
function madeHome(t: TestContext): Home {
  if (!made) {
    const folder = mkdtempSync(join(tmpdir(), 'centrid-made-'))
    chmodSync(folder, 0o755)
    createCluster({ ...usual, folder }, true)
    made = { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
  }
  const home = ownHome(t)
  // cp -a keeps the owner, and only the owner can start the server.
  const { status, stderr } = spawnSync('cp', ['-a', made.folder, home.folder], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return home
}

async function ask<T>(home: Home, sql: string): Promise<T | undefined> {
  const server = await startServer(home)
  return withOwnerClient(parseConnectionString(serverUrl(server, 'postgres')), async (client) => {
    const { rows } = await client.query<{ answer: T }>(sql)
    return rows[0]?.answer
  })
}

test('the server starts, stays up between commands, and stops', async (t) => {
  const home = ownHome(t)
  const first = await startServer(home)
  assert.deepEqual(await startServer(home), first)
  assert.equal(await stopServer(home), true)
  assert.equal(await findServer(home), undefined)
  assert.equal(await stopServer(home), false)
})

test('two commands that start the server at once get the same one', async (t) => {
  const home = ownHome(t)
  const servers = await Promise.all([startServer(home), startServer(home), startServer(home)])
  assert.equal(new Set(servers.map((server) => server.port)).size, 1)
})

test('two clones have separate servers with their own data', async (t) => {
  const [one, two] = [ownHome(t), ownHome(t)]
  const [first, second] = await Promise.all([startServer(one), startServer(two)])
  assert.notEqual(first.port, second.port)
  assert.notEqual(
    await ask(one, 'select system_identifier::text as answer from pg_control_system()'),
    await ask(two, 'select system_identifier::text as answer from pg_control_system()'),
  )
})

test('a port that is now in use is replaced, and the data is kept', async (t) => {
  const home = madeHome(t)
  await ask(home, 'create table public.kept ()')
  const { port } = await startServer(home)
  await stopServer(home)
  const squatter = createServer((socket) => socket.resume())
  afterTest(t, () => new Promise((resolve) => squatter.close(resolve)))
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve))
  assert.notEqual((await startServer(home)).port, port)
  assert.equal(await ask(home, "select to_regclass('public.kept') is not null as answer"), true)
})

test('the port is remembered', async (t) => {
  const home = madeHome(t)
  const { port } = await startServer(home)
  await stopServer(home)
  assert.equal((await startServer(home)).port, port)
})

test('an interrupted initdb is started again', async (t) => {
  const home = ownHome(t)
  mkdirSync(`${home.folder}/data.unfinished/base`, { recursive: true })
  writeFileSync(`${home.folder}/data.unfinished/PG_VERSION`, '17\n')
  assert.equal(await ask(home, 'select 1 as answer'), 1)
  assert.equal(existsSync(`${home.folder}/data.unfinished`), false)
})

test('after a power cut the server starts and has the committed data', async (t) => {
  const home = madeHome(t)
  await ask(home, 'create table public.kept ()')
  await ask(home, 'checkpoint')
  const pid = readPostmaster(`${home.folder}/data`)?.pid
  assert.ok(pid)
  process.kill(pid, 'SIGKILL')
  await until('its port is closed', async () => (await findServer(home)) === undefined)
  assert.ok(existsSync(`${home.folder}/data/postmaster.pid`), 'the pid file is stale')
  assert.equal(await ask(home, "select to_regclass('public.kept') is not null as answer"), true)
})

test('the server starts despite a stale pid file whose process id now belongs to another program', async (t) => {
  const home = madeHome(t)
  await startServer(home)
  await stopServer(home)
  // PostgreSQL would refuse to start: the process is alive and belongs to the server's user.
  const other = spawn('sleep', ['60'], { ...home.user, stdio: 'ignore' })
  endAfterTest(t, other)
  writeFileSync(
    `${home.folder}/data/postmaster.pid`,
    `${other.pid}\n${home.folder}/data\n1\n1\n\n127.0.0.1\n0\nready\n`,
  )
  assert.equal(await ask(home, 'select 1 as answer'), 1)
})

test('the passwords are random, and only the owner of the clone can read them', async (t) => {
  const [one, two] = [ownHome(t), ownHome(t)]
  await Promise.all([startServer(one), startServer(two)])
  assert.notEqual(readRecord(one)?.password, readRecord(two)?.password)
  const { mode } = statSync(`${one.folder}/server.json`)
  assert.equal(mode & 0o077, 0)
})

test('the server listens on loopback only, and requires the password', async (t) => {
  const home = madeHome(t)
  const server = await startServer(home)
  assert.equal(await ask(home, "select current_setting('listen_addresses') as answer"), '127.0.0.1')
  assert.equal(await ask(home, "select current_setting('unix_socket_directories') as answer"), '')
  const url = serverUrl({ ...server, password: 'wrong' }, 'postgres')
  await assert.rejects(
    withOwnerClient(parseConnectionString(url), async () => {}),
    /password/,
  )
})

test('committed data survives a crash: fsync and full_page_writes are on', async (t) => {
  const home = madeHome(t)
  assert.equal(await ask(home, "select current_setting('fsync') as answer"), 'on')
  assert.equal(await ask(home, "select current_setting('full_page_writes') as answer"), 'on')
})

test('a server that cannot start reports the reason', async (t) => {
  const home = madeHome(t)
  await startServer(home)
  await stopServer(home)
  writeFileSync(
    `${home.folder}/data/postgresql.conf`,
    `${readFileSync(`${home.folder}/data/postgresql.conf`, 'utf8')}\nnonsense = 1\n`,
  )
  await assert.rejects(
    startServer(home),
    /PostgreSQL did not start[\s\S]*unrecognized configuration parameter "nonsense"/,
  )
})

test('the server for throw-away databases stays in its folder when free memory changes', (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(`${folder}/scratch-17`)
  assert.equal(scratchHome({ ...usual, folder: `${folder}/17` }).folder, `${folder}/scratch-17`)
})
