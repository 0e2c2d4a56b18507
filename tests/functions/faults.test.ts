import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { startProxy } from '../../bench/proxy.ts'
import { type Fixture, until, withFixture } from '../client/fixture.ts'
import { afterTest } from '../support/after-test.ts'
import { bearer, ISSUER, serveFunctions, sign } from './gateway.ts'

await withFixture(async ({ owner, ownerAddress, appAddress, ana }: Fixture) => {
  const proxy = await startProxy({ host: appAddress.host, port: Number(appAddress.url.port) })
  const through = new URL(appAddress.url)
  through.port = String(proxy.port)
  const served = await serveFunctions({ APP_DATABASE_URL: through.href })
  const hello = served.url('hello')
  const code = async (response: Response) => {
    const { error } = JSON.parse(await response.text())
    return `${response.status} ${error?.code ?? 'ok'}`
  }
  const backends = async () => {
    const { rows } = await owner.query<{ pid: number; state: string; wait_event_type: string | null }>(
      `select pid, state, wait_event_type from pg_stat_activity
       where application_name = 'centrid-functions' and datname = current_database()`,
    )
    return rows
  }
  /** How long an unused connection of the functions stays open. */
  const secondsUntilClosed = async () => {
    let seconds = 0
    await until(
      async () => {
        const { rows } = await owner.query<{ seconds: number }>(
          `select extract(epoch from clock_timestamp() - state_change)::float as seconds from pg_stat_activity
           where application_name = 'centrid-functions' and datname = current_database()`,
        )
        if (rows[0]) seconds = rows[0].seconds
        return rows.length === 0
      },
      'it is closed',
      40,
    )
    return seconds
  }
  /** Makes hello wait while `work` runs. */
  const whileLocked = (work: (unlock: () => Promise<unknown>) => Promise<void>) =>
    // A separate connection, because pg_stat_activity does not change within a transaction.
    withOwnerClient(ownerAddress, async (client) => {
      await client.query('begin')
      await client.query('lock table public.documents in access exclusive mode')
      await work(() => client.query('rollback'))
    })
  const isWaiting = () =>
    until(async () => (await backends()).some((each) => each.wait_event_type === 'Lock'), 'the request waits')

  await test('a database that becomes unreachable under load causes 503s, and the function recovers when it is back', async () => {
    assert.equal((await fetch(hello)).status, 200)
    const seen = new Map<string, number>()
    let stop = false
    const load = Array.from({ length: 20 }, async () => {
      while (!stop) {
        const response = await fetch(hello, { signal: AbortSignal.timeout(20_000) })
        if (response.status === 503) assert.equal(response.headers.get('retry-after'), '5')
        const what = await code(response)
        seen.set(what, (seen.get(what) ?? 0) + 1)
      }
    })
    const count = (what: string) => seen.get(what) ?? 0
    await until(() => count('200 ok') > 100, 'it answers')
    try {
      proxy.cut()
      await until(() => count('503 database_unavailable') > 20, 'it says 503')
      proxy.restore()
      // A connection killed during a request fails that request. A connection killed while idle fails none.
      for (let round = 0; round < 5; round++) {
        const before = count('200 ok')
        await until(() => count('200 ok') > before + 50, 'it answers again')
        for (const { pid } of await backends()) await owner.query('select pg_terminate_backend($1)', [pid])
      }
    } finally {
      stop = true
      await Promise.all(load)
    }
    assert.deepEqual(new Set(seen.keys()), new Set(['200 ok', '503 database_unavailable']))
  })

  await test('a database without free connections gives 503', async () => {
    for (const { pid } of await backends()) await owner.query('select pg_terminate_backend($1)', [pid])
    await until(async () => (await backends()).length === 0, 'its connection is closed')
    await owner.query(`alter database ${owner.escapeIdentifier(appAddress.database)} connection limit 0`)
    assert.equal(await code(await fetch(hello)), '503 database_unavailable')
    await owner.query(`alter database ${owner.escapeIdentifier(appAddress.database)} connection limit -1`)
    assert.equal(await code(await fetch(hello)), '200 ok')
  })

  await test('the query of a client that disconnects is cancelled', async () => {
    await whileLocked(async () => {
      const gone = new AbortController()
      const request = fetch(hello, { signal: gone.signal })
      await isWaiting()
      gone.abort()
      await assert.rejects(request, { name: 'AbortError' })
      await until(
        async () => (await backends()).every(({ state }) => state !== 'active'),
        'nothing runs for it',
      )
    })
    assert.equal(await code(await fetch(hello)), '200 ok')
  })

  await test('a token that expires during its request is accepted for that request only', async () => {
    const token = await sign({ sub: ana }, { seconds: 2 })
    await whileLocked(async (unlock) => {
      const request = fetch(hello, bearer(token))
      await isWaiting()
      await until(
        async () =>
          (await code(await fetch(served.url('search'), { method: 'POST', ...bearer(token) }))) ===
          '401 token_expired',
        'it expires',
      )
      await unlock()
      assert.equal(await code(await request), '200 ok')
    })
    assert.equal(await code(await fetch(hello, bearer(token))), '401 token_expired')
  })

  await test('a query that exceeds the time limit gives 504, and the next request is served', async () => {
    await whileLocked(async () => {
      assert.equal(await code(await fetch(hello)), '504 timeout')
    })
    assert.equal(await code(await fetch(hello)), '200 ok')
  })

  // Awaited later, so that the next test runs meanwhile.
  const closedAfter = secondsUntilClosed()

  await test('a key set: keys rotate, no key is accepted as a secret, and an unreachable key set is not a refusal', async (t) => {
    const [first, second] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
    let keys = [{ ...(await exportJWK(first.publicKey)), kid: 'first', alg: 'ES256' }]
    const issuer = createServer((_, response) => response.end(JSON.stringify({ keys })))
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
    afterTest(t, () => issuer.close())
    const address = issuer.address()
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/jwks.json`
    const withKeys = await serveFunctions({
      APP_DATABASE_URL: appAddress.url.href,
      JWT_SECRET: '',
      JWKS_URL: url,
    })
    afterTest(t, () => withKeys.close())
    const ask = async (token: string) => code(await fetch(withKeys.url('hello'), bearer(token)))
    const signed = (key: Parameters<SignJWT['sign']>[0], kid: string, alg = 'ES256') =>
      new SignJWT({ sub: ana, role: 'authenticated' })
        .setProtectedHeader({ alg, kid })
        .setIssuer(ISSUER)
        .setAudience('authenticated')
        .setExpirationTime('1m')
        .sign(key)

    assert.equal(await ask(await signed(first.privateKey, 'first')), '200 ok')
    assert.equal(await ask(await signed(second.privateKey, 'first')), '401 unauthorized')
    assert.equal(await ask(await signed(second.privateKey, 'second')), '401 unauthorized')
    const publicKey = JSON.stringify(keys[0])
    assert.equal(await ask(await sign({ sub: ana }, { key: publicKey })), '401 unauthorized')
    keys = [{ ...(await exportJWK(second.publicKey)), kid: 'second', alg: 'ES256' }]
    const next = await signed(second.privateKey, 'second')
    await until(async () => (await ask(next)) === '200 ok', 'the new key is accepted')
    assert.equal(
      await ask(await signed(first.privateKey, 'first')),
      '401 unauthorized',
      'the old one is refused',
    )
    issuer.closeAllConnections()
    await new Promise((resolve) => issuer.close(resolve))
    assert.equal(await ask(next), '200 ok', 'known keys are accepted for a while')
    const alone = await serveFunctions({
      APP_DATABASE_URL: appAddress.url.href,
      JWT_SECRET: '',
      JWKS_URL: url,
    })
    afterTest(t, () => alone.close())
    const response = await fetch(alone.url('hello'), bearer(next))
    assert.equal(response.headers.get('retry-after'), '5')
    assert.equal(await code(response), '503 keys_unavailable')
  })

  await test('an idle connection is closed after 20 seconds', async () => {
    const seconds = await closedAfter
    assert.ok(seconds > 18 && seconds < 25, `${seconds} s`)
  })
  await served.close()
  await proxy.close()
})
