import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { sql } from 'kysely'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { createDatabase } from '../../db/client/database.ts'
import { db, getMigrationClient, openEnvironment } from '../../db/client/environment.ts'
import { withAnon } from '../../db/client/with-identity.ts'
import { inRoot } from '../../db/paths.ts'
import { afterTest } from '../support/after-test.ts'
import { withFixture } from './fixture.ts'

test('TLS is verified, except on loopback or if sslmode says otherwise', () => {
  const tls = (address: string) => connectionOptions(parseConnectionString(`postgres://u:p@${address}`)).ssl
  assert.deepEqual(tls('db.example.com/x'), { rejectUnauthorized: true })
  assert.deepEqual(tls('db.example.com/x?sslmode=require'), { rejectUnauthorized: false })
  assert.deepEqual(tls('127.0.0.1/x?sslmode=verify-full'), { rejectUnauthorized: true })
  for (const local of ['127.0.0.1/x', 'localhost/x', '[::1]/x']) assert.equal(tls(local), false)
})

test('the password is not sent to a server without TLS if TLS is required', async () => {
  const received: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      received.push(bytes)
      socket.write('N')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const remote = createDatabase({
    connectionString: `postgres://u:secret@127.0.0.1:${port}/x?sslmode=verify-full`,
  })
  await assert.rejects(
    withAnon(remote, (tx) => sql`select 1`.execute(tx)),
    (error) =>
      error instanceof Error && error.name === 'DatabaseUnavailable' && !error.message.includes('secret'),
  )
  await remote.destroy()
  await new Promise((resolve) => server.close(resolve))
  assert.equal(Buffer.concat(received).length, 8, 'only the request for TLS was sent')
})

test('a server that does not answer causes a timeout, and invalid options are refused', async () => {
  const silent = createServer((socket) => socket.resume().on('error', () => {}))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const connectionString = `postgres://u:p@127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/x`
  const slow = createDatabase({ connectionString, connectTimeoutMs: 50 })
  await assert.rejects(
    withAnon(slow, (tx) => sql`select 1`.execute(tx)),
    { name: 'DatabaseUnavailable' },
  )
  await slow.destroy()
  await new Promise((resolve) => silent.close(resolve))
  for (const wrong of [
    { max: 0 },
    { max: 1.5 },
    { statementTimeoutMs: -1 },
    { connectTimeoutMs: Number.NaN },
  ]) {
    assert.throws(() => createDatabase({ connectionString, ...wrong }), { name: 'Failure', exitCode: 2 })
  }
  assert.throws(
    () => createDatabase({ connectionString: 'nonsense:secret' }),
    (error) => !String(error).includes('secret'),
  )
})

test('the database of the environment is opened at its first use, and a missing setting is reported', async (t) => {
  const { APP_DATABASE_URL, DATABASE_URL, DATABASE_DISTRIBUTED } = process.env
  afterTest(t, () => {
    for (const [name, value] of Object.entries({ APP_DATABASE_URL, DATABASE_URL, DATABASE_DISTRIBUTED })) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
  process.env.APP_DATABASE_URL = ''
  process.env.DATABASE_URL = ''
  await assert.rejects(
    withAnon(db, (tx) => sql`select 1`.execute(tx)),
    /set APP_DATABASE_URL/,
  )
  assert.throws(() => getMigrationClient(), /set DATABASE_URL/)
  await withFixture(async ({ appAddress, ownerAddress }) => {
    process.env.APP_DATABASE_URL = appAddress.url.href
    process.env.DATABASE_URL = ownerAddress.url.href
    const { rows } = await withAnon(db, (tx) =>
      sql`select session_user as login, current_setting('application_name') as name`.execute(tx),
    )
    assert.deepEqual(rows, [{ login: appAddress.url.username, name: 'centrid' }])
    await db.destroy()
    assert.equal(openEnvironment().distributed, false)
    process.env.DATABASE_DISTRIBUTED = '1'
    assert.equal(openEnvironment().distributed, true)

    const owner = getMigrationClient()
    const pids = await Promise.all(
      [1, 2, 3].map(
        async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(owner)).rows[0]?.pid,
      ),
    )
    assert.equal(new Set(pids).size, 1, 'exactly one connection')
    assert.equal((await owner.selectFrom('documents').select('id').execute()).length, 2)
    await owner.destroy()
  })
})

test("the product opens connections in three places: the owner's, the client's, and the embedded server's own check", () => {
  const opens = ['db', 'packages', 'scripts', 'supabase/functions'].flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/node_modules|dist\/|pgtap-runner|\btest\b/.test(name))
      .map((name) => `${folder}/${name}`)
      .filter((file) => /new (pg\.)?(Client|Pool|Connection)\(/.test(readFileSync(inRoot(file), 'utf8'))),
  )
  assert.deepEqual(opens.sort(), [
    'db/client/cancel.ts',
    'db/client/pool.ts',
    'packages/postgres/src/embedded/server.ts',
    'packages/postgres/src/owner-client.ts',
  ])
})
