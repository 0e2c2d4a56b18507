import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConnectionString, withDatabase, withLogin } from 'postgres-kit/connection-string.ts'
import { removeCluster, serverUrl, startServer, stopServer } from 'postgres-kit/embedded/server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import { APP_LOGIN, embeddedHome } from '../../db/embedded.ts'
import { ensureTemplate } from '../../db/throwaway.ts'
import { until } from '../client/fixture.ts'
import { afterTest } from '../support/after-test.ts'
import { serveFunctions } from './gateway.ts'

test('a server restart under load causes 503s, no request hangs, and the function recovers', async (t) => {
  const usual = embeddedHome(() => {})
  const home = { ...usual, folder: `${usual.folder}-restart-${process.pid}` }
  afterTest(t, async () => {
    await stopServer(home)
    removeCluster(home)
  })
  const server = await startServer(home)
  const maintenance = parseConnectionString(serverUrl(server, 'postgres'))
  const template = await ensureTemplate(maintenance)
  await withOwnerClient(maintenance, async (client) => {
    await createDatabase(client, 'centrid', template)
    await client.query(`alter role authenticator password ${client.escapeLiteral(server.appPassword)}`)
  })
  const app = withLogin(withDatabase(maintenance, 'centrid'), APP_LOGIN, server.appPassword)
  const served = await serveFunctions({ APP_DATABASE_URL: app.url.href })
  afterTest(t, () => served.close())

  const seen = new Map<number, number>()
  const count = (status: number) => seen.get(status) ?? 0
  let stop = false
  const load = Array.from({ length: 20 }, async () => {
    while (!stop) {
      const response = await fetch(served.url('hello'), { signal: AbortSignal.timeout(30_000) })
      await response.arrayBuffer()
      seen.set(response.status, count(response.status) + 1)
    }
  })
  await until(() => count(200) > 100, 'it answers')
  await stopServer(home)
  await until(() => count(503) > 20, 'it says 503')
  const again = await startServer(home)
  assert.equal(again.port, server.port)
  const before = count(200)
  await until(() => count(200) > before + 100, 'it answers again')
  stop = true
  await Promise.all(load)
  assert.deepEqual(new Set(seen.keys()), new Set([200, 503]))
})
