import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { inRoot } from '../../db/paths.ts'
import { addUser, type Fixture, until, withFixture } from '../client/fixture.ts'
import { afterTest } from '../support/after-test.ts'
import { bearer, ISSUER, SECRET, serveFunctions, sign } from './gateway.ts'

await withFixture(async ({ owner, appAddress, ana, ben }: Fixture) => {
  const served = await serveFunctions({
    APP_DATABASE_URL: appAddress.url.href,
    CORS_ORIGINS: 'https://app.test, https://admin.test',
  })
  const hello = served.url('hello')
  const search = served.url('search')
  const body = async (response: Response) => JSON.parse(await response.text())
  const post = async (
    url: string,
    content: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) =>
    fetch(url, {
      method: 'POST',
      body: content,
      headers: {
        'content-type': 'application/json',
        ...bearer(await sign({ sub: ana })).headers,
        ...headers,
      },
    })

  await test("hello counts all users' rows without a token, and the caller's own with one", async () => {
    const all = await fetch(hello)
    assert.equal(all.status, 200)
    assert.deepEqual(await body(all), {
      status: 'ok',
      counts: { user_profiles: 2, documents: 2, agent_requests: 0 },
    })
    const own = await fetch(hello, bearer(await sign({ sub: ana })))
    assert.deepEqual(await body(own), {
      status: 'ok',
      counts: { user_profiles: 1, documents: 1, agent_requests: 0 },
    })
    const nobody = await fetch(hello, bearer(await sign({ sub: '00000000-0000-4000-8000-000000000000' })))
    assert.deepEqual((await body(nobody)).counts, { user_profiles: 0, documents: 0, agent_requests: 0 })
  })

  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: ana, role: 'authenticated', iss: ISSUER, aud: 'authenticated', exp: now + 60 }
  const good = await sign({ sub: ana })
  const refused: [string, string][] = [
    ['no token at all', ''],
    ['a word', 'nonsense'],
    ['alg none', `${base64({ alg: 'none' })}.${base64(claims)}.`],
    ['alg none with a signature', `${base64({ alg: 'none' })}.${base64(claims)}.${good.split('.')[2]}`],
    ['alg None', `${base64({ alg: 'None' })}.${base64(claims)}.x`],
    ['another secret', await sign({ sub: ana }, { key: 'x'.repeat(40) })],
    [
      'another algorithm with the same secret',
      await sign({ sub: ana }, { alg: 'HS512', key: SECRET.repeat(2) }),
    ],
    [
      'claims of another token',
      `${good.split('.')[0]}.${base64({ ...claims, sub: ben })}.${good.split('.')[2]}`,
    ],
    // The second last character, because two bits of the last one are unused.
    [
      'a signature with its end changed',
      `${good.slice(0, -2)}${good.at(-2) === 'A' ? 'B' : 'A'}${good.slice(-1)}`,
    ],
    ['another audience', await sign({ sub: ana, aud: 'other' })],
    ['no audience', await sign({ sub: ana, aud: undefined })],
    ['another issuer', await sign({ sub: ana, iss: 'https://other.test' })],
    ['no issuer', await sign({ sub: ana, iss: undefined })],
    ['expired', await sign({ sub: ana }, { seconds: -1 })],
    ['no expiry', await sign({ sub: ana, exp: undefined })],
    ['not valid yet', await sign({ sub: ana, nbf: now + 60 })],
    ['no account', await sign({})],
    ['an account that is not a uuid', await sign({ sub: 'ana' })],
    ['an account that is a list', await sign({ sub: [ana] })],
    ['the service role', await sign({ sub: ana, role: 'service_role' })],
    ['the anon role', await sign({ role: 'anon' })],
    ['no role', await sign({ sub: ana, role: undefined })],
    ['a claim that the database cannot store', await sign({ sub: ana, name: 'a\0b' })],
  ]
  await test('an invalid token gives 401, never rows', async () => {
    for (const [what, token] of refused) {
      for (const [url, init] of [
        [hello, bearer(token)],
        [search, { method: 'POST', body: '{"query":"x"}', ...bearer(token) }],
      ] as const) {
        const response = await fetch(url, init)
        const { error, counts } = await body(response)
        assert.equal(response.status, 401, what)
        assert.equal(response.headers.get('www-authenticate'), 'Bearer')
        assert.equal(error.code, what === 'expired' ? 'token_expired' : 'unauthorized', what)
        assert.equal(counts, undefined)
      }
    }
    for (const authorization of [`Basic ${good}`, good, `Bearer ${good} x`, `Bearer\t${good}`]) {
      assert.equal(
        (await fetch(hello, { headers: { authorization } })).status,
        401,
        authorization.slice(0, 8),
      )
    }
  })

  await test('405 lists the allowed methods, and OPTIONS allows only pages of the configured origins', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await fetch(hello, { method })
      assert.equal(response.status, 405)
      assert.equal(response.headers.get('allow'), 'GET, OPTIONS')
      assert.equal((await body(response)).error.code, 'method_not_allowed')
    }
    const ask = (origin: string) => fetch(hello, { method: 'OPTIONS', headers: { origin } })
    const allowed = await ask('https://admin.test')
    assert.equal(allowed.status, 204)
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://admin.test')
    assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /authorization/)
    for (const origin of ['https://evil.test', 'https://app.test.evil.test', 'null', '', '*']) {
      const response = await ask(origin)
      assert.equal(response.headers.get('access-control-allow-origin'), null, origin)
      assert.match(response.headers.get('vary') ?? '', /origin/i)
    }
    const refusal = await fetch(hello, { headers: { origin: 'https://app.test', authorization: 'Bearer x' } })
    assert.equal(
      refusal.headers.get('access-control-allow-origin'),
      'https://app.test',
      'pages can read errors as well',
    )
  })

  await test("every response has a request id: the caller's own if it is harmless", async () => {
    const id = async (given: string) =>
      (await fetch(hello, { headers: { 'x-request-id': given } })).headers.get('x-request-id') ?? ''
    assert.equal(await id('abc-123'), 'abc-123')
    for (const bad of ['a b', '<script>', 'x'.repeat(65), '"']) assert.match(await id(bad), /^[0-9a-f-]{36}$/)
    await until(
      () => served.lines.some((line) => /^200 GET \/functions\/v1\/hello \d+ ms abc-123$/.test(line)),
      'its log line',
    )
  })

  await test("search finds the caller's own chunks and needs a token", async () => {
    for (const [user, word] of [
      [ana, 'heron'],
      [ben, 'heron egret'],
    ] as const) {
      await owner.query(
        `insert into document_chunks (user_id, document_id, chunk_index, content)
         select user_id, id, 0, $2 from documents where user_id = $1`,
        [user, word],
      )
    }
    const found = await post(search, JSON.stringify({ query: 'heron', maxResults: 5 }))
    assert.equal(found.status, 200)
    const { results } = await body(found)
    assert.deepEqual(
      results.map((row: { content: string }) => row.content),
      ['heron'],
    )
    assert.deepEqual((await body(await post(search, '{"query":"egret"}'))).results, [])
    assert.deepEqual((await body(await post(search, '{"query":"\\u0000 the \\" &"}'))).results, [])
    const anonymous = await fetch(search, { method: 'POST', body: '{"query":"heron"}' })
    assert.equal(anonymous.status, 401)
  })

  await test('an invalid body is refused with the reason', async () => {
    const bad: [string, string | Uint8Array<ArrayBuffer>, Record<string, string>, number, string][] = [
      ['malformed', '{"query":', {}, 400, 'malformed_json'],
      ['empty', '', {}, 400, 'malformed_json'],
      ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'malformed_json'],
      [
        'not declared as JSON',
        '{"query":"x"}',
        { 'content-type': 'text/plain' },
        415,
        'unsupported_media_type',
      ],
      ['a list', '[]', {}, 400, 'invalid_request'],
      ['null', 'null', {}, 400, 'invalid_request'],
      ['no query', '{}', {}, 400, 'invalid_request'],
      ['a query that is not a string', '{"query":1}', {}, 400, 'invalid_request'],
      ['too many results', '{"query":"x","maxResults":101}', {}, 400, 'invalid_request'],
      ['half a result', '{"query":"x","maxResults":1.5}', {}, 400, 'invalid_request'],
      ['10 MB', `"${'x'.repeat(10_000_000)}"`, {}, 413, 'body_too_large'],
    ]
    for (const [what, content, headers, status, code] of bad) {
      const response = await post(search, content, headers)
      assert.equal(response.status, status, what)
      assert.equal((await body(response)).error.code, code, what)
    }
    const unannounced = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000).fill(0x20)),
    })
    const endless = await fetch(search, {
      method: 'POST',
      body: unannounced,
      headers: { 'content-type': 'application/json', ...bearer(good).headers },
      duplex: 'half',
    } as RequestInit).catch((error: unknown) => error)
    if (endless instanceof Response) assert.equal(endless.status, 413)
    assert.equal((await fetch(hello)).status, 200)
  })

  await test('no error carries SQL, a host, a path or a stack', async () => {
    await owner.query('alter table public.document_chunks rename to hidden_chunks')
    try {
      const response = await post(search, '{"query":"heron"}')
      assert.equal(response.status, 500)
      const text = await response.text()
      assert.deepEqual(JSON.parse(text), {
        error: { code: 'internal', message: 'Something went wrong: look up the request id in the log' },
      })
      for (const secret of ['select', 'chunks', '127.0.0.1', appAddress.database, 'authenticator', '.ts']) {
        assert.ok(!text.includes(secret) && ![...response.headers.values()].join().includes(secret), secret)
      }
      const id = response.headers.get('x-request-id') ?? 'none'
      await until(
        () => served.lines.some((line) => line.includes(id) && line.includes('42P01')),
        'the log has the details',
      )
    } finally {
      await owner.query('alter table public.hidden_chunks rename to document_chunks')
    }
  })

  await test('a copy of hello is a working function, and a change takes effect at once', async (t) => {
    const copy = `copy-of-hello-${process.pid}`
    const folder = inRoot('supabase', 'functions', copy)
    afterTest(t, () => rmSync(folder, { recursive: true, force: true }))
    cpSync(inRoot('supabase', 'functions', 'hello'), folder, { recursive: true })
    const ask = async () => {
      const response = await fetch(served.url(copy), bearer(await sign({ sub: ana })))
      return (await body(response)).status
    }
    assert.equal(await ask(), 'ok')
    const file = `${folder}/index.ts`
    writeFileSync(file, readFileSync(file, 'utf8').replace("status: 'ok'", "status: 'changed'"))
    await until(async () => (await ask()) === 'changed', 'the change is served')
    let reloading = true
    const asking = Array.from({ length: 8 }, async () => {
      while (reloading)
        assert.equal((await fetch(served.url(copy))).status, 200, 'no request is lost during a reload')
    })
    for (let n = 0; n < 4; n++) {
      writeFileSync(file, `${readFileSync(file, 'utf8').replaceAll(/changed\d*/g, `changed${n}`)}\n`)
      await until(async () => (await ask()) === `changed${n}`, 'the change is served')
    }
    reloading = false
    await Promise.all(asking)
    writeFileSync(file, 'this is not TypeScript')
    await until(async () => (await fetch(served.url(copy))).status === 502, 'a broken function gives 502')
    assert.equal((await fetch(hello)).status, 200, 'and disturbs no other')
  })

  await test('a name that is not a function gives 404', async () => {
    for (const name of ['nope', '_shared', '../../etc', '%2e%2e', 'hello%2f..%2f_shared', '']) {
      const response = await fetch(served.url(name))
      assert.equal(response.status, 404, name)
    }
  })

  await addUser(owner)
  await served.close()
  await test('an unconfigured function logs the reason, and does not reveal it to the caller', async () => {
    for (const [environment, pattern] of [
      [{ APP_DATABASE_URL: '' }, /set APP_DATABASE_URL/],
      [{ APP_DATABASE_URL: appAddress.url.href, JWT_SECRET: 'short' }, /JWT_SECRET is shorter/],
      [
        { APP_DATABASE_URL: appAddress.url.href, JWKS_URL: 'https://x.test' },
        /either JWT_SECRET or JWKS_URL/,
      ],
      [
        { APP_DATABASE_URL: appAddress.url.href, DATABASE_DISTRIBUTED: '1' },
        /is not distributed: omit distributed/,
      ],
    ] as const) {
      const other = await serveFunctions(environment)
      try {
        const response = await fetch(other.url('hello'), bearer(good))
        assert.equal(response.status, 500)
        assert.equal((await body(response)).error.code, 'internal')
        await until(() => other.lines.some((line) => pattern.test(line)), `${pattern} in the log`)
      } finally {
        await other.close()
      }
    }
  })

  await test('when the functions are stopped, no connection is left', () =>
    until(async () => {
      const { rows } = await owner.query(
        "select from pg_stat_activity where application_name = 'centrid-functions' and datname = current_database()",
      )
      return rows.length === 0
    }, 'no connection is left'))
})
