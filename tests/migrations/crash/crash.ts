import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { type ConnectionString, parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { readPostmaster } from 'postgres-kit/embedded/postmaster.ts'
import { serverUrl, startServer } from 'postgres-kit/embedded/server.ts'
import { startThrowawayServer, type ThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { isFreePort } from 'postgres-kit/free-port.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { isProcessAlive } from 'postgres-kit/process-alive.ts'
import { createDatabase, dropDatabase } from 'postgres-kit/throwaway.ts'
import { bootstrap } from '../../../db/bootstrap.ts'
import { embeddedHome } from '../../../db/embedded.ts'
import { migrate } from '../../../db/migrations/migrate.ts'
import { answer, until } from '../databases.ts'
import { dbmateOf, startDeploy } from '../processes.ts'
import { catalogOf } from './catalog.ts'
import { GATES, type Gated } from './gates.ts'

/** The process that is killed with -9; the server is also restarted cleanly. */
export type Victim = 'runner' | 'dbmate' | 'backend' | 'server' | 'restarted server'
export const VICTIMS: readonly Victim[] = ['runner', 'dbmate', 'backend', 'server', 'restarted server']

/** A separate server with a database ready for the gated migrations, and the catalog that they must give. */
export interface Site {
  /** The server's connection string, which has another port after a restart. */
  server: ConnectionString
  remove: ThrowawayServer['remove']
  gated: Gated
  expected: string[]
}

export async function openSite(gated: Gated): Promise<Site> {
  const { server, remove } = await startThrowawayServer(
    embeddedHome(() => {}),
    'crash',
    SETTINGS,
  )
  const template = withDatabase(server, 'template')
  await withOwnerClient(server, (client) => createDatabase(client, 'template', 'template0'))
  await withOwnerClient(template, async (client) => {
    await bootstrap(client)
    await client.query(GATES)
  })
  const whole = await freshDatabase(server)
  await migrate(whole, () => {}, { folder: gated.folder })
  return { server, remove, gated, expected: await catalogOf(whole) }
}

// Committed data must survive a kill. Throw-away servers disable fsync, and the permanent ones commit asynchronously.
const SETTINGS = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }

async function freshDatabase(server: ConnectionString): Promise<ConnectionString> {
  const database = withDatabase(server, `crash_${randomBytes(6).toString('hex')}`)
  await withOwnerClient(server, (client) => createDatabase(client, database.database, 'template'))
  return database
}

/**
 * Kills one process of a deploy that waits before a statement, and deploys again.
 *
 * @param gate number of the statement, over all files; undefined: while the index is created
 */
export async function crash(site: Site, victim: Victim, gate?: number): Promise<void> {
  const { gated, expected } = site
  let database = await freshDatabase(site.server)
  // CREATE INDEX CONCURRENTLY waits for an older transaction.
  const reader = await connectOwner(database)
  if (gate === undefined) await reader.query('begin isolation level repeatable read; select 1')
  else await reader.query('insert into crash.closed values ($1)', [gate])
  const deploy = await startDeploy(database, gated.folder)
  const pid = await waitForBackend(database, gate)
  const dbmate = dbmateOf(deploy)
  assert.ok(dbmate, 'dbmate runs')
  const folder = dirname(await dataDirectory(site.server))
  const readerEnded = new Promise((resolve) => reader.once('end', resolve))
  const ofServer = victim === 'server' || victim === 'restarted server'
  if (ofServer) await endServer(site.server, victim === 'server')
  else process.kill({ runner: deploy.child.pid ?? 0, dbmate, backend: pid }[victim], 'SIGKILL')
  const { code, output } = await deploy.ended
  // A killed process has no exit code. The others report the failure.
  assert.equal(code, victim === 'runner' ? null : 1, output)
  assert.doesNotMatch(output, /at .*\.js:\d+/, 'no stack')
  if (ofServer) {
    site.server = await startAgain(folder)
    database = withDatabase(site.server, database.database)
  }
  // When a backend is killed, PostgreSQL ends all backends and recovers. Until then it still answers.
  if (victim === 'backend') await readerEnded
  await reader.end().catch(() => {})
  await until('the server answers', () => withOwnerClient(database, async () => true).catch(() => false))
  if (gate !== undefined) {
    await until('the killed transaction is rolled back', async () => (await deploys(database)) === 0)
    const applied = await answer(database, 'select count(*)::int as answer from dbmate.schema_migrations')
    assert.equal(applied, gated.filesBefore[gate], 'the ledger has only the files applied before')
    await withOwnerClient(database, (client) => client.query('delete from crash.closed'))
  }
  await migrate(database, () => {}, { folder: gated.folder })
  assert.deepEqual(await catalogOf(database), expected)
  const recorded =
    'select count(*)::int as answer from dbmate.schema_migrations join dbmate.migration_log using (version) where duration is not null'
  assert.equal(await answer(database, recorded), gated.files)
  await withOwnerClient(site.server, (client) => dropDatabase(client, database.database))
}

/** Waits until the deploy is at the gate, and returns its backend's process id. */
async function waitForBackend(database: ConnectionString, gate: number | undefined): Promise<number> {
  const there =
    gate === undefined
      ? "query like '%concurrently crash_idx%' and wait_event_type = 'Lock'"
      : "application_name like 'centrid migrate%' and wait_event = 'PgSleep'"
  let pid = 0
  await until('the deploy waits at the gate', async () => {
    pid = Number(
      await answer(
        database,
        `select pid as answer from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${there}`,
      ),
    )
    return pid > 0
  })
  return pid
}

async function deploys(database: ConnectionString): Promise<number> {
  const count = await answer(
    database,
    "select count(*)::int as answer from pg_stat_activity where datname = current_database() and application_name like 'centrid migrate%'",
  )
  return Number(count)
}

async function dataDirectory(server: ConnectionString): Promise<string> {
  return String(await answer(server, "select current_setting('data_directory') as answer"))
}

/** Kills every process at once, as in a crash of the machine; otherwise a fast shutdown, as before an update. */
async function endServer(server: ConnectionString, kill: boolean): Promise<void> {
  const postmaster = readPostmaster(await dataDirectory(server))?.pid ?? 0
  assert.ok(postmaster, 'the server has a main process')
  const children = kill
    ? spawnSync('pgrep', ['-P', String(postmaster)], { encoding: 'utf8' })
        .stdout.split('\n')
        .filter(Boolean)
    : []
  for (const pid of [postmaster, ...children.map(Number)])
    if (isProcessAlive(pid)) process.kill(pid, kill ? 'SIGKILL' : 'SIGINT')
  // Check the port, because process ids of orphans remain if nothing reaps them.
  await until('the server is gone', () => isFreePort(Number(server.url.port)))
}

async function startAgain(folder: string): Promise<ConnectionString> {
  const home = { ...embeddedHome(() => {}), folder }
  // Started as a permanent server: a throw-away one would start empty after a kill.
  const again = await startServer(home, { settings: SETTINGS })
  return parseConnectionString(serverUrl(again, 'postgres'))
}
