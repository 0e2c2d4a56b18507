import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { isUnavailable } from '../../db/client/errors.ts'
import type { UserDb } from '../../db/client/handles.ts'
import type { RootDb } from '../../db/client/root-db.ts'
import { withSavepoint } from '../../db/client/savepoint.ts'
import { type TransactionOptions, withService, withUser } from '../../db/client/with-identity.ts'
import { type Fixture, until, withFixture, withPool } from './fixture.ts'

await withFixture(async ({ owner, appAddress, ana, ben }: Fixture) => {
  const one = <T>(work: (db: RootDb) => Promise<T>) => withPool(appAddress, { max: 1 }, work)
  const pid = async (tx: UserDb) =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)).rows[0]?.pid
  const addDocument = (tx: UserDb, filename: string) =>
    tx.insertInto('documents').values({ filename, file_type: 'text', file_size: 1 }).execute()
  const exists = async (filename: string) =>
    (await owner.query('select from documents where filename = $1', [filename])).rowCount === 1
  const backends = async () =>
    (
      await owner.query<{ pid: number; state: string }>(
        "select pid, state from pg_stat_activity where datname = current_database() and application_name = 'centrid'",
      )
    ).rows

  await test('writes are committed when the function resolves, and rolled back when it rejects', () =>
    one(async (db) => {
      await withUser(db, { sub: ana }, (tx) => addDocument(tx, 'kept'))
      assert.ok(await exists('kept'))
      const why = new Error('changed my mind')
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await addDocument(tx, 'dropped')
          throw why
        }),
        (error) => error === why,
      )
      assert.ok(!(await exists('dropped')))
    }))

  await test('the error is the original one, not the 25P02 that follows it', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          try {
            await sql`select 1/0`.execute(tx)
          } finally {
            await sql`select 1`.execute(tx).catch(() => {})
          }
        }),
        { code: '22012' },
      )
      const pids = [await withUser(db, { sub: ana }, pid), await withUser(db, { sub: ben }, pid)]
      assert.equal(pids[0], pids[1], 'a connection is reused after a rollback')
    }))

  await test('an error that the function catches fails the call, because PostgreSQL rolls the transaction back', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await addDocument(tx, 'lost')
          await sql`select 1/0`.execute(tx).catch(() => {})
        }),
        (error) =>
          error instanceof Error && /error was caught/.test(error.message) && /zero/.test(`${error.cause}`),
      )
      assert.ok(!(await exists('lost')))
    }))

  await test('a savepoint rolls back only its own part', () =>
    one(async (db) => {
      await withUser(db, { sub: ana }, async (tx) => {
        await addDocument(tx, 'before')
        await withSavepoint(tx, async (inner) => {
          await addDocument(inner, 'inside')
          await sql`select 1/0`.execute(inner)
        }).catch(() => {})
        await withSavepoint(tx, (inner) => addDocument(inner, 'after'))
      })
      assert.deepEqual(
        [await exists('before'), await exists('inside'), await exists('after')],
        [true, false, true],
      )
    }))

  await test('a query that was not awaited belongs to the transaction, and a late query is refused', () =>
    one(async (db) => {
      let kept: UserDb | undefined
      await withUser(db, { sub: ana }, async (tx) => {
        kept = tx
        void addDocument(tx, 'not awaited')
      })
      assert.ok(await exists('not awaited'))
      const late = kept
      assert.ok(late)
      await assert.rejects(addDocument(late, 'too late'), { name: 'Failure', message: /transaction is over/ })
      assert.ok(!(await exists('too late')))
    }))

  await test('queries sent together are answered in order', () =>
    one(async (db) => {
      const numbers = await withUser(db, { sub: ana }, (tx) =>
        Promise.all(
          [1, 2, 3, 4].map(
            async (n) => (await sql<{ n: number }>`select ${n}::int as n`.execute(tx)).rows[0]?.n,
          ),
        ),
      )
      assert.deepEqual(numbers, [1, 2, 3, 4])
      const names = await withUser(db, { sub: ana }, async (tx) => {
        await Promise.all(['p1', 'p2', 'p3'].map((name) => addDocument(tx, name)))
        return tx.selectFrom('documents').select('filename').where('filename', 'like', 'p_').execute()
      })
      assert.equal(names.length, 3)
    }))

  await test('read-only refuses writes, isolation levels are set', () =>
    one(async (db) => {
      for (const oneQuery of [false, true]) {
        await assert.rejects(
          withUser(db, { sub: ana }, (tx) => addDocument(tx, 'never'), { readOnly: true, oneQuery }),
          { code: '25006' },
        )
      }
      for (const isolation of ['read committed', 'repeatable read', 'serializable'] as const) {
        const { rows } = await withUser(
          db,
          { sub: ana },
          (tx) => sql`select current_setting('transaction_isolation') as level`.execute(tx),
          { isolation },
        )
        assert.deepEqual(rows, [{ level: isolation }])
      }
      const wrong = { isolation: 'serializable; commit' as 'serializable' }
      await assert.rejects(withUser(db, { sub: ana }, pid, wrong), { name: 'Failure', exitCode: 2 })
    }))

  await test('with oneQuery a second query is refused, and a failing one is undone', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => Promise.all([pid(tx), pid(tx)]), { oneQuery: true }),
        /exactly one query/,
      )
      await withUser(db, { sub: ana }, (tx) => addDocument(tx, 'single'), { oneQuery: true })
      assert.ok(await exists('single'))
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => sql`select 1/(count(*) - count(*)) from documents`.execute(tx), {
          oneQuery: true,
          isolation: 'serializable',
        }),
        { code: '22012' },
      )
      assert.ok(await withUser(db, { sub: ana }, pid, { oneQuery: true }))
    }))

  await test('a statement that exceeds its time limit is cancelled', () =>
    one(async (db) => {
      const slow = (tx: UserDb) => sql`select pg_sleep(60)`.execute(tx)
      await assert.rejects(withUser(db, { sub: ana }, slow, { statementTimeoutMs: 50 }), { code: '57014' })
      assert.ok(await withUser(db, { sub: ana }, pid))
    }))

  await test('conflicting transactions are run again, up to the limit', () =>
    withPool(appAddress, { max: 4 }, async (db) => {
      await withUser(db, { sub: ana }, (tx) => tx.updateTable('user_profiles').set({ name: '0' }).execute())
      let runs = 0
      let allHaveRead = () => {}
      const together = new Promise<void>((resolve) => {
        allHaveRead = resolve
      })
      const increment = () =>
        withUser(
          db,
          { sub: ana },
          async (tx) => {
            const { name } = await tx.selectFrom('user_profiles').select('name').executeTakeFirstOrThrow()
            if (++runs === 3) allHaveRead()
            await together
            await tx
              .updateTable('user_profiles')
              .set({ name: `${Number(name) + 1}` })
              .execute()
          },
          { isolation: 'serializable', retries: 10 },
        )
      await Promise.all([increment(), increment(), increment()])
      const { rows } = await owner.query('select name from user_profiles where user_id = $1', [ana])
      assert.equal(rows[0].name, '3')
      assert.ok(runs > 3, 'they did meet')

      let attempts = 0
      await assert.rejects(
        withUser(
          db,
          { sub: ana },
          async (tx) => {
            attempts++
            await sql`do $$ begin raise exception 'met' using errcode = '40P01'; end $$`.execute(tx)
          },
          { retries: 2 },
        ),
        { code: '40P01' },
      )
      assert.equal(attempts, 3)
    }))

  await test('aborting cancels the statement on the server, and its connection is not reused', () =>
    one(async (db) => {
      const before = await withUser(db, { sub: ana }, pid)
      const abort = new AbortController()
      const why = new Error('the client went away')
      const call = withUser(db, { sub: ana }, (tx) => sql`select pg_sleep(60)`.execute(tx), {
        signal: abort.signal,
      })
      await until(
        async () => (await backends()).some(({ state }) => state === 'active'),
        'the statement runs',
      )
      abort.abort(why)
      await assert.rejects(call, (error) => error === why)
      await until(async () => (await backends()).length === 0, 'no statement runs on the server')
      assert.notEqual(await withUser(db, { sub: ana }, pid), before)
    }))

  await test('aborting ends a call that waits for its turn, for a connection, or between two queries', () =>
    one(async (db) => {
      const aborted = AbortSignal.abort(new Error('before'))
      await assert.rejects(withUser(db, { sub: ana }, pid, { signal: aborted }), /before/)
      await withUser(db, { sub: ana }, async () => {
        const abort = new AbortController()
        const waiting = withUser(db, { sub: ben }, pid, { signal: abort.signal })
        abort.abort(new Error('in the queue'))
        await assert.rejects(waiting, /in the queue/)
      })
      const abort = new AbortController()
      const stuck = withUser(
        db,
        { sub: ana },
        async (tx) => {
          await addDocument(tx, 'stuck')
          abort.abort(new Error('between queries'))
          await new Promise(() => {})
        },
        { signal: abort.signal },
      )
      await assert.rejects(stuck, /between queries/)
      assert.ok(!(await exists('stuck')))
      assert.ok(await withUser(db, { sub: ana }, pid))
    }))

  await test('if its backend is killed, a call fails as unavailable, and the next call gets a new connection', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await owner.query('select pg_terminate_backend($1)', [await pid(tx)])
          await pid(tx)
        }),
        isUnavailable,
      )
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          const mine = await pid(tx)
          setImmediate(() => void owner.query('select pg_terminate_backend($1)', [mine]))
          await sql`select pg_sleep(60)`.execute(tx)
        }),
        isUnavailable,
      )
      assert.ok(await withUser(db, { sub: ana }, pid))
      assert.equal(db.opened.pool.size, 1)
    }))

  await test('a stuck transaction is ended and releases its locks', () =>
    withPool(appAddress, { max: 1, idleInTransactionTimeoutMs: 100, graceMs: 0 }, async (db) => {
      let lost: unknown
      await withUser(db, { sub: ana }, async (tx) => {
        await addDocument(tx, 'lock')
        await until(async () => (await backends()).length === 0, 'the server has ended it')
        await pid(tx)
      }).catch((error: unknown) => {
        lost = error
      })
      assert.ok(isUnavailable(lost), `${lost}`)
    }))

  await test('rows can be streamed in chunks', () =>
    one(async (db) => {
      await withUser(db, { sub: ben }, async (tx) => {
        for (let n = 0; n < 7; n++) await addDocument(tx, `stream ${n}`)
        const names: string[] = []
        const query = tx
          .selectFrom('documents')
          .select('filename')
          .where('filename', 'like', 'stream%')
          .orderBy('filename')
        for await (const { filename } of query.stream(3)) names.push(filename)
        assert.equal(names.length, 7)
        for await (const _ of query.stream(3)) break
        assert.ok(await pid(tx), 'the transaction continues after a stream that is left early')
      })
    }))

  await test('a write is not streamed: the error says so, and the transaction continues', () =>
    one(async (db) => {
      await withUser(db, { sub: ben }, async (tx) => {
        const write = tx.updateTable('documents').set({ filename: 'streamed' }).returning('id')
        await assert.rejects(write.stream(1).next(), {
          name: 'Failure',
          message: /^only a select can be streamed/,
        })
        assert.ok(await pid(tx))
      })
    }))

  await test('no prepared statement or cursor remains in the session', () =>
    one(async (db) => {
      await withUser(db, { sub: ana }, async (tx) => {
        for await (const _ of tx.selectFrom('documents').selectAll().stream(1)) break
      })
      const { rows } = await withService(db, (tx) =>
        sql`select (select count(*) from pg_prepared_statements) + (select count(*) from pg_cursors where name <> '') as left`.execute(
          tx,
        ),
      )
      assert.deepEqual(rows, [{ left: '0' }])
    }))

  await test('a value that cannot be sent fails only its own query', () =>
    one(async (db) => {
      const circle: Record<string, unknown> = {}
      circle.circle = circle
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => sql`select ${circle}::jsonb`.execute(tx)),
        /circular/,
      )
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => sql`select ${'a\0b'}::text`.execute(tx)),
        { code: '22021' },
      )
      assert.ok(await withUser(db, { sub: ana }, pid))
    }))

  await test('a single query cannot leave a transaction open, in which the next query would be lost', () =>
    one(async (db) => {
      await withUser(db, { sub: ana }, (tx) => sql`begin`.execute(tx), { oneQuery: true })
      await withUser(db, { sub: ana }, (tx) => addDocument(tx, 'after begin'), { oneQuery: true })
      assert.ok(await exists('after begin'))
    }))

  await test('COPY from the client is refused, and the connection goes on', () =>
    one(async (db) => {
      const copy = (options: TransactionOptions) =>
        withService(db, (tx) => sql`copy public.usage_events from stdin`.execute(tx), options)
      for (const options of [
        {},
        { oneQuery: true },
        { oneQuery: true, isolation: 'serializable' },
      ] as const) {
        await assert.rejects(copy(options), /^Failure: COPY from the client is not supported/)
        assert.ok(await withUser(db, { sub: ana }, pid))
      }
    }))

  await test("a transaction aborted between two attempts rejects with the signal's reason", () =>
    one(async (db) => {
      const why = new Error('enough')
      const controller = new AbortController()
      const tried = withUser(
        db,
        { sub: ana },
        async (tx) => {
          setTimeout(() => controller.abort(why), 1)
          await sql`do $$ begin raise exception 'met' using errcode = '40001'; end $$`.execute(tx)
        },
        { retries: 10, signal: controller.signal },
      )
      await assert.rejects(tried, (error) => error === why)
    }))

  await test('destroy waits for a running transaction, ends a stuck one, and always resolves', async () => {
    await withPool(appAddress, { max: 1 }, async (db) => {
      const running = withUser(db, { sub: ana }, async (tx) => {
        await pid(tx)
        await sql`select pg_sleep(0.2)`.execute(tx)
        return 'done'
      })
      await until(() => db.opened.pool.size === 1, 'it has begun')
      await Promise.all([db.destroy(), db.destroy()])
      assert.equal(await running, 'done')
      await assert.rejects(withUser(db, { sub: ana }, pid), { name: 'DatabaseUnavailable' })
    })
    await withPool(appAddress, { max: 1, graceMs: 50 }, async (db) => {
      let begun = false
      void withUser(db, { sub: ana }, async (tx) => {
        await pid(tx)
        begun = true
        await new Promise(() => {})
      })
      await until(() => begun, 'it has begun')
      await db.destroy()
      await until(async () => (await backends()).length === 0, 'no connection is left')
    })
  })
})
