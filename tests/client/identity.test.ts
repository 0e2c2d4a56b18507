import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { test as nodeTest } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { openDatabase } from '../../db/client/database.ts'
import { MAX_CLAIMS_BYTES } from '../../db/client/identity.ts'
import type { RootDb } from '../../db/client/root-db.ts'
import { withSavepoint } from '../../db/client/savepoint.ts'
import { withAnon, withService } from '../../db/client/with-identity.ts'
import { withPool as anyPool, type Fixture, withFixture, withUserAlone as withUser } from './fixture.ts'

const UNTOUCHED = { role: 'none', claims: '', cursors: 0, row_security: 'on', datestyle: 'ISO, MDY' }

/** Session state of the pool's only connection between two transactions. */
async function sessionState(db: RootDb): Promise<unknown> {
  const lease = await db.opened.pool.lease()
  try {
    const { rows } = await lease.client.query(
      `select current_setting('role') as role, concat(current_setting('request.jwt.claims', true),
         current_setting('request.jwt.claim.sub', true), current_setting('request.jwt.claim.role', true),
         current_setting('request.jwt.claim.email', true)) as claims,
         (select count(*)::int from pg_catalog.pg_cursors) as cursors,
         current_setting('row_security') as row_security, current_setting('datestyle') as datestyle`,
    )
    return rows[0]
  } finally {
    lease.release(true)
  }
}

async function identityTests({ owner, ownerAddress, appAddress, ana, ben, distributed }: Fixture) {
  const test = (name: string, work: () => Promise<unknown>) =>
    nodeTest(distributed ? `distributed: ${name}` : name, async () => void (await work()))
  const withPool: typeof anyPool = (address, options, work) =>
    anyPool(address, { distributed, ...options }, work)
  // One connection, so that anything a transaction leaves behind affects the next one.
  const one = <T>(work: (db: RootDb) => Promise<T>) =>
    withPool(appAddress, { max: 1, connectTimeoutMs: 60_000 }, work)
  const filenames = (db: RootDb, sub: string) =>
    withUser(db, { sub }, async (tx) =>
      (await tx.selectFrom('documents').select('filename').execute()).map((row) => row.filename),
    )

  await test('a user sees only own rows, the server sees all rows, anon is refused', () =>
    one(async (db) => {
      assert.deepEqual(await filenames(db, ana), [`of ${ana}`])
      assert.deepEqual(await filenames(db, ben), [`of ${ben}`])
      const all = await withService(db, (tx) => tx.selectFrom('documents').select('id').execute())
      assert.equal(all.length, 2)
      await assert.rejects(
        withAnon(db, (tx) => sql`select id from documents`.execute(tx)),
        { code: '42501' },
      )
    }))

  await test('quotes and SQL in a claim are data', () =>
    one(async (db) => {
      const name = `O'Hara"; reset role; select set_config('role','service_role',true); --\\`
      const seen = await withUser(db, { sub: ana, name, "'); reset role; --": 1 }, async (tx) => {
        const { rows } = await sql<{ name: string; role: string }>`
          select current_setting('request.jwt.claims')::json ->> 'name' as name, current_user as role`.execute(
          tx,
        )
        return rows[0]
      })
      assert.deepEqual(seen, { name, role: 'authenticated' })
    }))

  await test('role and claims end with the transaction, committed or failed', () =>
    one(async (db) => {
      await filenames(db, ana)
      await withUser(db, { sub: ana }, () => Promise.reject(new Error('no'))).catch(() => {})
      const lease = await db.opened.pool.lease()
      const { rows } = await lease.client.query(
        "select current_user as who, current_setting('role') as role, current_setting('request.jwt.claims', true) as claims",
      )
      lease.release(true)
      // After a commit the setting is '', not null. Readers must handle both, as auth.uid() does.
      assert.deepEqual(rows, [{ who: appAddress.url.username, role: 'none', claims: '' }])
      const { rows: uid } = await sql`select auth.uid() as uid`.execute(db)
      assert.deepEqual(uid, [{ uid: null }])
    }))

  await test('a query without identity runs as anon, even if the login is the owner', async () => {
    for (const address of [appAddress, ownerAddress]) {
      await withPool(address, { max: 1 }, async (db) => {
        await assert.rejects(sql`select * from documents`.execute(db), { code: '42501' })
        const { rows } = await sql`select current_user as who`.execute(db)
        assert.deepEqual(rows, [{ who: 'anon' }])
        await assert.rejects(
          // @ts-expect-error the root database has no tables
          db.selectFrom('documents').selectAll().execute(),
          { code: '42501' },
        )
      })
    }
  })

  await test('row level security applies if the login is the owner', () =>
    withPool(ownerAddress, {}, async (db) => assert.deepEqual(await filenames(db, ana), [`of ${ana}`])))

  await test('the outer database used inside a transaction is another connection, without identity', () =>
    withPool(appAddress, {}, async (db) => {
      await withUser(db, { sub: ana }, async (tx) => {
        await assert.rejects(sql`select * from documents`.execute(db), { code: '42501' })
        assert.equal((await tx.selectFrom('documents').select('id').execute()).length, 1)
      })
    }))

  await test('the root database does not offer transactions', () =>
    one(async (db) => {
      await assert.rejects(
        db.transaction().execute(() => Promise.resolve()),
        /use withUser/,
      )
    }))

  await test('a nested call has its own identity and does not change the outer one', () =>
    withPool(appAddress, { max: 2 }, async (db) => {
      await withUser(db, { sub: ana }, async (outer) => {
        const mine = () => outer.selectFrom('documents').select('user_id').execute()
        assert.deepEqual(await mine(), [{ user_id: ana }])
        assert.deepEqual(await filenames(db, ben), [`of ${ben}`])
        assert.deepEqual(await mine(), [{ user_id: ana }])
      })
    }))

  await test('a nested call that gets no connection fails instead of waiting forever', () =>
    withPool(appAddress, { max: 1, connectTimeoutMs: 3_000 }, async (db) => {
      await withUser(db, { sub: ana }, () =>
        assert.rejects(filenames(db, ben), {
          name: 'DatabaseUnavailable',
          message: /became free within 3 s/,
        }),
      )
      assert.deepEqual(await filenames(db, ben), [`of ${ben}`])
    }))

  await test('a savepoint that is rolled back keeps the identity', () =>
    one(async (db) => {
      await withUser(db, { sub: ana }, async (tx) => {
        await assert.rejects(
          withSavepoint(tx, async (inner) => {
            await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: ben })}, true)`.execute(
              inner,
            )
            await sql`select 1/0`.execute(inner)
          }),
          { code: '22012' },
        )
        const rows = await tx.selectFrom('documents').select('user_id').execute()
        assert.deepEqual(rows, [{ user_id: ana }])
      })
    }))

  for (const statement of [
    'commit',
    'rollback',
    'end',
    'abort',
    'commit and chain',
    'rollback and chain',
    'prepare transaction $$x$$',
  ]) {
    await test(`"${statement}" inside a transaction gives an error, and nothing runs after it`, () =>
      withPool(ownerAddress, { max: 1 }, async (db) => {
        let behind: PromiseSettledResult<unknown>[] = []
        await assert.rejects(
          withUser(db, { sub: ana }, async (tx) => {
            behind = await Promise.allSettled([
              sql.raw(statement).execute(tx),
              tx.selectFrom('documents').select('user_id').execute(),
              sql`select * from documents`.execute(tx),
            ])
          }),
          'the call fails, although the function succeeded',
        )
        assert.deepEqual(new Set(behind.map(({ status }) => status)), new Set(['rejected']))
        assert.deepEqual(await filenames(db, ben), [`of ${ben}`])
      }))
  }

  await test('a statement after a commit never runs with another identity or as the login', () =>
    withPool(ownerAddress, { max: 1 }, async (db) => {
      let seen: unknown[] = []
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await sql`select 1`.execute(tx)
          await sql`commit`.execute(tx).catch(() => {})
          seen = await Promise.allSettled([
            tx.selectFrom('documents').select('user_id').execute(),
            sql`select * from documents`.execute(tx),
          ])
        }),
        /ended the transaction/,
      )
      assert.ok(seen.every((answer) => (answer as { status: string }).status === 'rejected'))
    }))

  await test('nothing is sent after a raw statement before its answer has arrived', () =>
    withPool(ownerAddress, { max: 1 }, async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await sql`select 1`.execute(tx)
          const planted = { user_id: ben, filename: 'planted', file_type: 'text', file_size: 1 }
          await Promise.allSettled([
            sql`commit`.execute(tx),
            tx.insertInto('documents').values(planted).execute(),
          ])
        }),
        /ended the transaction/,
      )
      const { rows } = await owner.query("select from documents where filename = 'planted'")
      assert.equal(rows.length, 0)
    }))

  await test('an error is thrown when the server is ready again, because only then is the transaction status known', async () => {
    // Delays the last message of each answer, ReadyForQuery, as a network may.
    const server = createServer((socket) => {
      const upstream = connect(Number(ownerAddress.url.port), ownerAddress.host)
      socket.on('error', () => {}).on('close', () => upstream.destroy())
      upstream.on('error', () => {}).on('close', () => socket.destroy())
      socket.pipe(upstream)
      let turn: Promise<unknown> = Promise.resolve()
      upstream.on('data', (bytes: Buffer) => {
        turn = turn
          .then(() => socket.write(bytes.subarray(0, -6)))
          .then(() => sleep(30))
          .then(() => socket.write(bytes.subarray(-6)))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = new URL(ownerAddress.url)
    url.port = String(typeof address === 'object' && address ? address.port : 0)
    await owner.query(
      'create table later (id int primary key, other int references later deferrable initially deferred)',
    )
    await owner.query('grant all on later to authenticated')
    await withPool(parseConnectionString(url.href), { max: 1 }, (db) =>
      assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await sql`insert into later values (1, 2)`.execute(tx)
          await assert.rejects(sql`commit`.execute(tx), { code: '23503' })
          await sql`insert into auth.users (email) values ('as the login')`.execute(tx).catch(() => {})
        }),
        /ended the transaction/,
      ),
    )
    await owner.query('drop table later')
    const { rows } = await owner.query("select from auth.users where email = 'as the login'")
    assert.equal(rows.length, 0)
    await new Promise((resolve) => server.close(resolve))
  })

  await test('"set role" inside a transaction is detected before the next query is sent', () =>
    one((db) =>
      assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await assert.rejects(sql`set role service_role`.execute(tx), /role or claims were changed/)
          await assert.rejects(sql`select 1`.execute(tx), /role or claims were changed/)
        }),
        /role or claims were changed/,
      ),
    ))

  await test('after a failed commit whose error is caught, nothing runs', () =>
    withPool(ownerAddress, { max: 1 }, async (db) => {
      await owner.query(
        'create table if not exists later (id int primary key, other int references later deferrable initially deferred)',
      )
      await owner.query('grant all on later to authenticated')
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await sql`insert into later values (1, 2)`.execute(tx)
          await assert.rejects(sql`commit`.execute(tx), { code: '23503' })
          await assert.rejects(sql`select * from documents`.execute(tx), /ended the transaction/)
        }),
        /ended the transaction/,
      )
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => sql`insert into later values (1, 2)`.execute(tx)),
        { code: '23503' },
        'a violation of a constraint checked at commit is the error of the call',
      )
      await owner.query('drop table later')
    }))

  for (const takeover of [
    'set role service_role',
    'set local role service_role',
    "select set_config('role', 'service_role', true)",
    'reset role',
    'set role none',
    `select set_config('request.jwt.claims', '{"sub":"${ben}"}', true)`,
    `set request.jwt.claim.sub = '${ben}'`,
    "set request.jwt.claim.role = 'service_role'",
    "set request.jwt.claim.email = 'ben@example.com'",
  ]) {
    await test(`"${takeover.slice(0, 60)}" inside a transaction rolls it back, and no row that it read is returned`, () =>
      one(async (db) => {
        await assert.rejects(
          withUser(db, { sub: ana }, async (tx) => {
            await sql`update user_profiles set name = 'changed'`.execute(tx)
            await sql.raw(takeover).execute(tx)
            return sql`select 1`.execute(tx)
          }),
          /role or claims were changed/,
        )
        const { rows } = await owner.query("select from user_profiles where name = 'changed'")
        assert.equal(rows.length, 0)
        assert.deepEqual(await filenames(db, ana), [`of ${ana}`])
      }))

    await test(`"${takeover.slice(0, 60)}" as the only query leaves nothing in the connection`, () =>
      one(async (db) => {
        const forSession = takeover.replace(', true)', ', false)').replace('set local', 'set')
        await assert.rejects(
          withUser(db, { sub: ana }, (tx) => sql.raw(forSession).execute(tx), { oneQuery: true }),
          /role or claims were changed/,
        )
        assert.deepEqual(await sessionState(db), UNTOUCHED)
      }))
  }

  for (const trick of [
    "select set_config('role', 'service_role', false), set_config('role', 'authenticated', true)",
    "declare c cursor with hold for select set_config('role', 'service_role', false)",
    `select set_config('request.jwt.claim.sub', '${ben}', false), set_config('request.jwt.claim.sub', '', true)`,
    "select set_config('row_security', 'off', false)",
    "select set_config('datestyle', 'sql, dmy', false)",
  ]) {
    await test(`"${trick.slice(0, 60)}" has no effect on the next user of the connection`, () =>
      one(async (db) => {
        for (const oneQuery of [true, false]) {
          await withUser(db, { sub: ana }, (tx) => sql.raw(trick).execute(tx), { oneQuery })
          assert.deepEqual(await sessionState(db), UNTOUCHED)
        }
        await assert.rejects(
          withUser(db, { sub: ana }, async (tx) => {
            await sql.raw(trick).execute(tx)
            await sql`commit`.execute(tx)
          }),
          /ended the transaction/,
        )
        assert.deepEqual(await sessionState(db), UNTOUCHED)
      }))
  }

  await test('a procedure that commits cannot continue as the login', () =>
    withPool(ownerAddress, { max: 1 }, async (db) => {
      const wayOut = sql`do $$ begin commit; insert into auth.users (email) values ('as the login'); end $$`
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => wayOut.execute(tx), { oneQuery: true }),
        { code: '2D000' },
      )
      await assert.rejects(wayOut.execute(db), { code: '2D000' })
      const { rows } = await owner.query("select from auth.users where email = 'as the login'")
      assert.equal(rows.length, 0)
    }))

  await test('a released connection of the root database is refused', () =>
    one(async (db) => {
      const kept = await db.connection().execute(async (connection) => connection)
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await sql`update user_profiles set name = 'leaked'`.execute(tx)
          await assert.rejects(sql`commit`.execute(kept), /was released/)
          throw new Error('undo it')
        }),
        /undo it/,
      )
      const { rows } = await owner.query("select from user_profiles where name = 'leaked'")
      assert.equal(rows.length, 0)
    }))

  await test('an error of the query with the SQLSTATE of the confirmation is thrown unchanged', () =>
    one(async (db) => {
      const divide = (oneQuery: boolean) =>
        withUser(db, { sub: ana }, (tx) => sql`select 1 / 0`.execute(tx), { oneQuery })
      for (const oneQuery of [true, false]) await assert.rejects(divide(oneQuery), { code: '22012' })
      const cast = (oneQuery: boolean) =>
        withUser(db, { sub: ana }, (tx) => sql`select ${'x'}::boolean`.execute(tx), { oneQuery })
      for (const oneQuery of [true, false]) await assert.rejects(cast(oneQuery), { code: '22P02' })
    }))

  await test('settings that a transaction leaves in its session do not affect the next identity', () =>
    one(async (db) => {
      await withUser(db, { sub: ana }, async (tx) => {
        await sql`select set_config('request.jwt.claim.sub', ${ben}, false)`.execute(tx)
        await sql`select set_config('request.jwt.claim.sub', '', true)`.execute(tx)
        await sql`select set_config('role', 'service_role', false)`.execute(tx)
        await sql`select set_config('role', 'authenticated', true)`.execute(tx)
        await sql`set search_path = pg_temp, public`.execute(tx)
        await sql`create temporary table documents as select 'planted' as filename`.execute(tx)
      })
      assert.deepEqual(await filenames(db, ana), [`of ${ana}`])
      await assert.rejects(sql`select * from public.documents`.execute(db), { code: '42501' })
    }))

  await test('temporary objects are dropped at the end of the transaction, committed or not', () =>
    one(async (db) => {
      const left = async () =>
        (
          await withUser(db, { sub: ben }, (tx) =>
            sql<{ name: string }>`
              select relname as name from pg_class where relnamespace = pg_my_temp_schema()
              union all select typname from pg_type where typnamespace = pg_my_temp_schema()
              union all select proname from pg_proc where pronamespace = pg_my_temp_schema()`.execute(tx),
          )
        ).rows
      const plant = (end: () => void) =>
        withUser(db, { sub: ana }, async (tx) => {
          await sql`create temporary table documents as select 'planted' as filename`.execute(tx)
          await sql`create function pg_temp.anything(uuid) returns boolean language sql as 'select true'`.execute(
            tx,
          )
          await sql`create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.anything(value))`.execute(tx)
          end()
        })
      await plant(() => {})
      assert.deepEqual(await left(), [])
      await assert.rejects(
        plant(() => {
          throw new Error('changed my mind')
        }),
        /changed my mind/,
      )
      assert.deepEqual(await left(), [])
      await withUser(
        db,
        { sub: ana },
        (tx) => sql`create temporary table documents (n integer)`.execute(tx),
        {
          oneQuery: true,
        },
      )
      assert.deepEqual(await left(), [])
    }))

  await test('one text contains one statement', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => sql`select 1; set role service_role`.execute(tx)),
        { code: '42601' },
      )
    }))

  await test('if the transaction or the identity fails, the query does not run', () =>
    withPool(ownerAddress, { max: 1 }, async (db) => {
      const { Session } = await import('../../db/client/session.ts')
      const timeouts = { statementMs: 0, idleMs: 0 }
      const claims = JSON.stringify({ sub: ana })
      const add = { sql: "insert into auth.users (email) values ('unwanted')", values: [] }
      for (const [modes, role, oneQuery, code] of [
        ['nonsense', 'authenticated', false, '42601'],
        ['nonsense', 'authenticated', true, '42601'],
        ['', 'nobody', false, '22023'],
        ['', 'nobody', true, '22023'],
        ['read write', 'nobody', true, '22023'],
      ] as const) {
        const lease = await db.opened.pool.lease()
        const identity = { role, claims } as Parameters<
          typeof import('../../db/client/identity.ts').assumeIdentity
        >[0]
        const session = new Session(lease.client, {
          identity,
          timeouts,
          modes,
          oneQuery,
          distributed,
        })
        const answers = await Promise.allSettled([
          session.execute(add, 'query'),
          session.execute(add, 'query'),
        ])
        assert.equal(answers[0].status === 'rejected' && answers[0].reason.code, code)
        assert.equal(answers[1].status, 'rejected')
        lease.release(await session.rollback())
      }
      const { rows } = await owner.query("select from auth.users where email = 'unwanted'")
      assert.equal(rows.length, 0)
    }))

  await test('claims without an account or with another role are refused before a connection is used', async () => {
    const nowhere = openDatabase(parseConnectionString('postgres://nobody:x@127.0.0.1:1/nowhere'))
    const loop: Record<string, unknown> = { sub: ana }
    loop.loop = loop
    const refused: [string, unknown][] = [
      ['no sub', {}],
      ['empty sub', { sub: '' }],
      ['sub is not a uuid', { sub: 'ana' }],
      ['sub with text after the uuid', { sub: `${ana}\n` }],
      ['sub is a number', { sub: 1 }],
      ['sub is null', { sub: null }],
      ['sub is a list', { sub: [ana] }],
      ['another role', { sub: ana, role: 'service_role' }],
      ['anon', { sub: ana, role: 'anon' }],
      ['a list', [ana]],
      ['nothing', undefined],
      ['null', null],
      ['text', JSON.stringify({ sub: ana })],
      ['toJSON without sub', { sub: ana, toJSON: () => ({}) }],
      ['toJSON of another role', { sub: ana, toJSON: () => ({ sub: ana, role: 'service_role' }) }],
      ['a NUL', { sub: ana, name: 'a\0b' }],
      ['a NUL in a name', { sub: ana, deep: [{ 'a\0b': 1 }] }],
      ['half a surrogate pair', { sub: ana, name: '\ud83d' }],
      ['a circle', loop],
      ['a bigint', { sub: ana, n: 1n }],
      ['too much', { sub: ana, name: 'x'.repeat(MAX_CLAIMS_BYTES) }],
    ]
    for (const [what, claims] of refused) {
      await assert.rejects(
        withUser(nowhere, claims as { sub: string }, () => Promise.resolve()),
        { name: 'Failure', exitCode: 2, message: /claims/ },
        what,
      )
    }
    assert.equal(nowhere.opened.pool.size, 0)
  })

  await test('claims of any size below the limit and in any script arrive complete', () =>
    one(async (db) => {
      const name = `${'ж😀'.repeat(2_000)}\\u0000`
      const { rows } = await withUser(db, { sub: ana.toUpperCase(), name }, (tx) =>
        sql<{ name: string; uid: string }>`
          select current_setting('request.jwt.claims')::jsonb ->> 'name' as name, auth.uid() as uid`.execute(
          tx,
        ),
      )
      assert.deepEqual(rows, [{ name, uid: ana }])
    }))
}

await withFixture(identityTests)
// The identity is sent in another way there, and all tests must pass as well.
await withFixture(identityTests, true)
