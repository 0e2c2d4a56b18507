import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { readPostmaster } from 'postgres-kit/embedded/postmaster.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { Failure } from 'postgres-kit/failure.ts'
import { findServer } from 'postgres-kit/find-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { embeddedHome } from '../db/embedded.ts'
import { readSettings } from '../db/settings.ts'
import { findTarget, maintenance } from '../db/target.ts'
import { until } from './migrations/databases.ts'
import { afterTest } from './support/after-test.ts'
import { temporaryFolder } from './support/files.ts'

const SECRET = 'hunter2-secret'

/** Asserts a one-line message without the password, and exit code 2. */
function refuses(expected: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.exitCode, 2)
    assert.match(error.message, expected)
    assert.doesNotMatch(error.message, new RegExp(SECRET))
    assert.equal(error.message.split('\n').length, 1)
    return true
  }
}

async function connect(url: string): Promise<void> {
  await withOwnerClient(parseConnectionString(url), async () => {})
}

for (const [what, url, expected] of [
  [
    'no URL at all',
    `user:${SECRET}@host`,
    /DATABASE_URL is not a connection string: write postgres:\/\/|begins with/,
  ],
  ['a URL with a space', `postgres://u:${SECRET}@ho st/db`, /DATABASE_URL is not a connection string/],
  ['no slashes', `postgres:u:${SECRET}@localhost/db`, /DATABASE_URL is not a connection string/],
  ['one slash', `postgres:/u:${SECRET}@localhost/db`, /DATABASE_URL is not a connection string/],
  [
    'a stray % in the database',
    `postgres://u:${SECRET}@localhost/d%zz`,
    /DATABASE_URL is not a connection string/,
  ],
  [
    'a port that does not exist',
    `postgres://u:${SECRET}@localhost:99999/db`,
    /has a port that is not a number/,
  ],
  ['a word as the port', `postgres://u:${SECRET}@[::1]:word/db`, /has a port that is not a number/],
  ['a password and no host', `postgres://u:${SECRET}/db`, /has a port that is not a number/],
  ['another protocol', `mysql://u:${SECRET}@localhost/db`, /begins with "mysql:\/\/"/],
  ['no database', `postgres://u:${SECRET}@localhost`, /names no database/],
  [
    'an unknown sslmode',
    `postgres://u:${SECRET}@localhost/db?sslmode=maybe`,
    /sslmode=maybe: use one of disable/,
  ],
  ['several hosts', `postgres://u:${SECRET}@h1,h2/db`, /names several servers: write the one/],
  ['several hosts and ports', `postgres://u:${SECRET}@h1:5432,h2:5433/db`, /names several servers/],
  ['several IPv6 hosts', `postgres://u:${SECRET}@[::1],[::2]/db`, /names several servers/],
  ['several hosts in a parameter', `postgres://u:${SECRET}@/db?host=h1,h2`, /names several servers/],
  ['several sockets', `postgres://u:${SECRET}@/db?host=/run%2C/tmp`, /names several servers/],
  ['several ports', `postgres://u:${SECRET}@h1/db?port=5432,5433`, /names several servers/],
  [
    'the parameter "socket"',
    `postgres://u:${SECRET}@/db?socket=/run/postgresql`,
    /has the parameter "socket": write host=\/folder\/of\/the\/socket/,
  ],
] as const) {
  test(`a DATABASE_URL with ${what} is refused without showing the password`, () => {
    assert.throws(() => parseConnectionString(url), refuses(expected))
  })
}

test('an unknown host is reported by name', async () => {
  await assert.rejects(
    connect(`postgres://u:${SECRET}@no-such-host.invalid/db`),
    refuses(/u@no-such-host\.invalid:5432\/db.*(No such host|looked up)/),
  )
})

test('a port on which nothing listens is reported', async () => {
  const port = await withListener(async (taken) => taken)
  await assert.rejects(
    connect(`postgres://u:${SECRET}@127.0.0.1:${port}/db`),
    refuses(/Nothing listens there/),
  )
})

test('a wrong password and a wrong host have different messages', async () => {
  const url = new URL(maintenance(await findTarget(() => {})).url)
  url.password = SECRET
  await assert.rejects(connect(url.href), refuses(/refused the password/))
})

test('a missing password is reported as such', async () => {
  const url = new URL(maintenance(await findTarget(() => {})).url)
  url.password = ''
  await assert.rejects(connect(url.href), refuses(/asks for a password: add it to DATABASE_URL/))
})

test('a missing socket is reported as such', async (t) => {
  const folder = encodeURIComponent(temporaryFolder(t))
  await assert.rejects(
    connect(`postgres://u:${SECRET}@/db?host=${folder}`),
    refuses(/There is no such socket: start the server, or correct the folder in DATABASE_URL/),
  )
})

test('a database that does not exist is reported by name', async () => {
  const url = new URL(maintenance(await findTarget(() => {})).url)
  url.pathname = '/no_such_database'
  await assert.rejects(connect(url.href), refuses(/no_such_database.*Create the database/))
})

test('a server that is shutting down is reported as such', async (t) => {
  const { server, remove } = await startThrowawayServer(
    embeddedHome(() => {}),
    'stopping',
  )
  afterTest(t, remove)
  await withOwnerClient(server, async (client) => {
    const { rows } = await client.query("select current_setting('data_directory') as folder")
    const postmaster = readPostmaster(rows[0].folder)
    assert.ok(postmaster)
    // The server accepts no new connection, and waits for this one to end.
    process.kill(postmaster.pid, 'SIGTERM')
    const refused = refuses(/shutting down\. The server is starting, stopping or recovering: try again/)
    await until('it stops', () =>
      connect(server.url.href).then(
        () => false,
        () => true,
      ),
    )
    await assert.rejects(connect(server.url.href), refused)
  })
})

test('a database that accepts no connections is not reported as another kind of server', async (t) => {
  const { server, remove } = await startThrowawayServer(
    embeddedHome(() => {}),
    'closed',
  )
  afterTest(t, remove)
  await withOwnerClient(server, (client) => client.query('create database closed allow_connections false'))
  const url = new URL(server.url.href)
  url.pathname = '/closed'
  await assert.rejects(connect(url.href), refuses(/not currently accepting connections\. PostgreSQL refused/))
})

test('a server that is not PostgreSQL is detected', async () => {
  await withListener(
    async (port) => {
      await assert.rejects(
        connect(`postgres://u:${SECRET}@127.0.0.1:${port}/db`),
        refuses(/does not speak the PostgreSQL protocol/),
      )
    },
    (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  )
})

test('a server older than PostgreSQL 15 is refused', async () => {
  await withListener(
    async (port) => {
      await assert.rejects(
        connect(`postgres://u:${SECRET}@127.0.0.1:${port}/db`),
        refuses(/is PostgreSQL 14\.9: 15 or newer is needed/),
      )
    },
    (socket) => socket.on('data', (data) => socket.write(answerAsVersion14(data))),
  )
})

test('TLS is off on loopback and verified elsewhere, unless the URL says otherwise', () => {
  assert.equal(parseConnectionString('postgres://u@localhost/db').sslMode, 'disable')
  assert.equal(parseConnectionString('postgres://u@127.0.0.1/db').sslMode, 'disable')
  assert.equal(parseConnectionString('postgres://u@db.example.com/db').sslMode, 'verify-full')
  assert.equal(parseConnectionString('postgres://u@db.example.com/db?sslmode=require').sslMode, 'require')
})

test('a password that is not percent-encoded is reported, and no part of it is shown', () => {
  for (const character of ['/', '?', '#'])
    for (const password of [
      `12${character}${SECRET}`,
      `1,2${character}${SECRET}`,
      `${SECRET}${character}12`,
      `${character}${SECRET}`,
      // The text before the first "@" is then a login, and a part of the password the host or a parameter.
      `12@${SECRET}${character}34`,
      `12@34${character}${SECRET}`,
      `12@34${character}sslmode=${SECRET}`,
    ]) {
      const parse = () => parseConnectionString(`postgres://u:${password}@db.example.com/db`)
      assert.throws(parse, refuses(/percent-encode/), password)
    }
  const comma = parseConnectionString('postgres://u:1,2@db.example.com/db')
  assert.equal(comma.url.password, '1,2')
  const { host, database, url } = parseConnectionString(`postgres://u:12%2F${SECRET}@db.example.com/db`)
  assert.deepEqual([host, database, url.username], ['db.example.com', 'db', 'u'])
})

test('a socket is written as for libpq, and needs no TLS', async (t) => {
  const folder = temporaryFolder(t)
  // The server's system user creates the socket.
  chmodSync(folder, 0o777)
  const { server, remove } = await startThrowawayServer(
    embeddedHome(() => {}),
    'socket',
    {
      unix_socket_directories: folder,
    },
  )
  afterTest(t, remove)
  const { username, password, port } = server.url
  const path = encodeURIComponent(folder)
  for (const url of [
    `postgres:///postgres?host=${path}&port=${port}&user=${username}&password=${password}`,
    `postgres://${username}:${password}@/postgres?host=${path}&port=${port}`,
    `postgres://${username}:${password}@${path}:${port}/postgres`,
  ]) {
    const connection = parseConnectionString(url)
    assert.deepEqual([connection.sslMode, connection.database], ['disable', 'postgres'])
    await withOwnerClient(connection, async (client) => {
      const { rows } = await client.query('select inet_server_addr() as address')
      assert.deepEqual(rows, [{ address: null }])
    })
  }
})

describe('of several hosts', () => {
  const servers: Awaited<ReturnType<typeof startThrowawayServer>>[] = []
  before(async () => {
    const home = embeddedHome(() => {})
    const standby = await startThrowawayServer(home, 'standby', { default_transaction_read_only: 'on' })
    servers.push(standby)
    const primary = await startThrowawayServer(home, 'primary')
    servers.push(primary)
    // One connection string has one password for all its servers.
    await withOwnerClient(standby.server, async (client) => {
      const { password } = primary.server.url
      await client.query('begin read write')
      await client.query(`alter role postgres password ${client.escapeLiteral(password)}`)
      await client.query('commit')
    })
  })
  after(async () => {
    for (const { remove } of servers) await remove()
  })
  /** Ports: where nothing listens, of a server that is read-only, and of one that accepts writes. */
  const ports = async () => {
    const [standby = '', primary = ''] = servers.map(({ server }) => server.url.port)
    return { closed: await withListener(async (taken) => String(taken)), standby, primary }
  }
  const found = async (hosts: string) => {
    const { username, password } = servers[1]?.server.url ?? {}
    const databaseUrl = `postgres://${username}:${password}@${hosts}`
    const { owner, app } = await findTarget(() => {}, {
      ...readSettings(),
      databaseUrl,
      appDatabaseUrl: databaseUrl,
    })
    assert.equal(owner.url.port, app.url.port)
    return owner.url.port
  }

  test('the first that answers is used', async () => {
    const { closed, standby, primary } = await ports()
    assert.equal(
      await found(`127.0.0.1:${closed},127.0.0.1:${standby},127.0.0.1:${primary}/postgres`),
      standby,
    )
    assert.equal(await found(`127.0.0.1:${primary},127.0.0.1:${standby}/postgres`), primary)
    assert.equal(await found(`127.0.0.1,localhost:${primary}/postgres?sslmode=disable`), primary)
  })

  test('with target_session_attrs, the first that accepts writes', async () => {
    const { standby, primary } = await ports()
    for (const wanted of ['read-write', 'primary']) {
      const hosts = `127.0.0.1:${standby},127.0.0.1:${primary}`
      assert.equal(await found(`${hosts}/postgres?target_session_attrs=${wanted}`), primary)
    }
    await assert.rejects(
      found(`127.0.0.1:${standby}/postgres?target_session_attrs=read-write`),
      refuses(/no server of (APP_)?DATABASE_URL can be used: .* accepts no writes/),
    )
    await assert.rejects(
      found(`127.0.0.1:${primary}/postgres?target_session_attrs=standby`),
      refuses(/has target_session_attrs=standby: use any, read-write or primary/),
    )
  })

  test('parameters name them too: one port for all, or one for each', async () => {
    const { closed, primary } = await ports()
    const url = async (query: string) => (await findServer(`postgres://u:${SECRET}@/postgres?${query}`)).name
    await assert.rejects(
      url(`host=127.0.0.1,localhost&port=${closed}`),
      refuses(/can be used: .*@127\.0\.0\.1:\d+.*; .*@localhost:\d+/),
    )
    await assert.rejects(
      url('host=a,b,c&port=1,2'),
      refuses(/names 3 servers: write one port, or one for each/),
    )
    // A refused password ends the search, as in libpq.
    await assert.rejects(
      url(`host=127.0.0.1,127.0.0.1&port=${primary},${closed}&user=postgres`),
      refuses(/^cannot connect to .* refused the (password|login)/),
    )
  })
})

/** Runs `work` while something listens on a port. */
async function withListener<T>(
  work: (port: number) => Promise<T>,
  onConnection: (socket: Socket) => void = () => {},
): Promise<T> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    return await work(typeof address === 'object' && address ? address.port : 0)
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** The messages with which a PostgreSQL 14 would answer, from the protocol's chapter in the manual. */
function answerAsVersion14(request: Buffer): Buffer {
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const ready = message('Z', Buffer.from('I'))
  if (request[0] !== 'Q'.charCodeAt(0)) return Buffer.concat([message('R', Buffer.alloc(4)), ready])
  const column = (name: string, type: number) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      Buffer.from([0, 0, 0, 0, 0, 0]),
      int32(type),
      Buffer.from([0, 4]),
      int32(-1),
      Buffer.from([0, 0]),
    ])
  const value = (text: string) => Buffer.concat([int32(text.length), Buffer.from(text)])
  return Buffer.concat([
    message('T', Buffer.concat([Buffer.from([0, 2]), column('number', 23), column('version', 25)])),
    message('D', Buffer.concat([Buffer.from([0, 2]), value('140009'), value('14.9')])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ])
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}
