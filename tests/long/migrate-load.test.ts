import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { listMigrations } from '../../db/migrations/files.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { rollback } from '../../db/migrations/rollback.ts'
import { folderWith, until } from '../migrations/databases.ts'
import { APPLICATION, type Clients, startClients } from '../migrations/load/clients.ts'
import { watchStalls } from '../migrations/load/stalls.ts'
import { TYPICAL, typicalFolder } from '../migrations/load/typical.ts'
import { startBareDbmate } from '../migrations/processes.ts'
import { afterTest, endAfterTest } from '../support/after-test.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'

const ROWS = 200_000
const CLIENTS = 6
const USERS = 200
/** Number of this project's newest migrations that run down and up again, before the typical ones. */
const NEWEST = 4
const LOCK_TIMEOUT_MS = 5000
const SLACK_MS = 300
const LIMIT_MS = LOCK_TIMEOUT_MS + SLACK_MS

let users: string[] = []
const database = useTestDatabase(async ({ owner }) => {
  const { rows } = await owner.query<{ id: string }>(
    'insert into auth.users (id) select gen_random_uuid() from generate_series(1, $1) returning id',
    [USERS],
  )
  users = rows.map(({ id }) => id)
  await owner.query(
    `insert into public.documents (user_id, filename, file_type, file_size, content_text)
     select id, 'document ' || n, 'text/plain', 1000, 'words of document ' || n from auth.users, generate_series(1, $1) as n`,
    [ROWS / USERS],
  )
  await owner.query('analyze')
})

/** Starts readers and writers, which end with the test. */
async function load(t: TestContext, { connection }: TestDatabase): Promise<Clients> {
  const clients = await startClients(connection, users.slice(0, CLIENTS))
  afterTest(t, () => clients.end())
  await haveWorked(clients)
  return clients
}

async function haveWorked(clients: Clients): Promise<void> {
  const before = clients.done()
  const enough = async () => clients.done().every((count, n) => count > (before[n] ?? 0))
  await until('each client has run a transaction', enough)
}

/** A report that reads the table in one transaction, until it is ended. */
async function longReader({ connection }: TestDatabase): Promise<() => Promise<void>> {
  const client = await connectOwner(connection)
  await client.query('begin; select count(*) from public.documents')
  return () => client.end()
}

test(`${CLIENTS} clients, a long reader and ${ROWS} rows: during up, down and up of migrations no client fails, and none waits longer than ${LIMIT_MS} ms for a lock`, async (t) => {
  const site = database()
  const folder = typicalFolder(t)
  const clients = await load(t, site)
  const stalls = watchStalls(site.connection, APPLICATION)
  afterTest(t, () => stalls.end())
  const downs = (count: number) => async (log: (line: string) => void) => {
    for (let n = 0; n < count; n++) await rollback(site.connection, { folder, log })
  }
  const up = async (log: (line: string) => void) => {
    await migrate(site.connection, () => {}, { folder, log })
  }
  const typical = Object.keys(TYPICAL).length
  for (const step of [up, downs(typical + NEWEST), up]) {
    const endReader = await longReader(site)
    const lines: string[] = []
    // It reads until a migration has given up once, which happens after 5 seconds.
    let reading: Promise<void> | undefined
    await step((line) => {
      lines.push(line)
      reading ??= endReader()
    })
    assert.match(lines[0] ?? '', /canceling statement due to lock timeout \(SQLSTATE 55P03\), attempt 1 of 5/)
    await reading
    await haveWorked(clients)
    t.diagnostic(`${lines.length} attempts gave up, the longest wait was ${Math.round(stalls.longest())} ms`)
  }
  assert.deepEqual(await clients.end(), [])
  const { milliseconds, query } = await stalls.end()
  assert.ok(milliseconds > LOCK_TIMEOUT_MS / 2, `nobody waited: ${milliseconds} ms`)
  assert.ok(milliseconds <= LIMIT_MS, `${milliseconds} ms: ${query}`)
  assert.equal(listMigrations(folder).length, listMigrations().length + typical)
})

test('known bad: dbmate alone blocks all clients until the reader has finished', async (t) => {
  const site = database()
  const endReader = await longReader(site)
  await load(t, site)
  const stalls = watchStalls(site.connection, APPLICATION)
  afterTest(t, () => stalls.end())
  const adds = '-- migrate:up\nalter table public.documents add column late integer;\n-- migrate:down\n'
  const bare = startBareDbmate(site.connection, folderWith(t, { '20990201000000_late.sql': adds }))
  endAfterTest(t, bare.child)
  // First: the clients wait for dbmate's session, which waits for the reader.
  afterTest(t, endReader)
  await until('a client waits for longer', async () => stalls.longest() > LIMIT_MS)
})
