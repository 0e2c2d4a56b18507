import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { UserDb } from '../../db/client/handles.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { withFixture, withPool } from './fixture.ts'

await withFixture(async ({ owner, appAddress, ana, ben }) => {
  const insert = (tx: UserDb, filename: string) =>
    tx.insertInto('documents').values({ filename, file_type: 'text', file_size: 1 }).returning('filename')
  const there = async (filename: string) =>
    (await owner.query('select from documents where filename = $1', [filename])).rowCount
  const one = (work: Parameters<typeof withPool<void>>[2]) => withPool(appAddress, { max: 1 }, work)

  await test('a query that is returned is committed, and its rows are the result', () =>
    one(async (db) => {
      assert.deepEqual(await withUser(db, { sub: ana }, (tx) => insert(tx, 'only')), [{ filename: 'only' }])
      const rows = await withUser(db, { sub: ana }, async (tx) => {
        await insert(tx, 'first').execute()
        return insert(tx, 'second')
      })
      assert.deepEqual(rows, [{ filename: 'second' }])
      for (const name of ['only', 'first', 'second']) assert.equal(await there(name), 1, name)
    }))

  await test('if the returned query fails, its transaction is rolled back', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await insert(tx, 'before a failure').execute()
          return insert(tx, '')
        }),
        { code: '23514' },
      )
      assert.equal(await there('before a failure'), 0)
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => insert(tx, ''), { readOnly: true }),
        { code: '25006' },
      )
    }))

  await test('a query that was not awaited belongs to the transaction of the returned query, even if it fails', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await insert(tx, 'before one that fails').execute()
          insert(tx, '')
            .execute()
            .catch(() => {})
          return insert(tx, 'after one that failed')
        }),
        /error was caught/,
      )
      assert.equal(await there('before one that fails'), 0)
      assert.equal(await there('after one that failed'), 0)
    }))

  await test('the returned query waits for earlier queries that were not awaited', () =>
    one(async (db) => {
      await withUser(db, { sub: ana }, async (tx) => {
        tx.selectFrom('documents').select('id').execute()
        insert(tx, 'not awaited').execute()
        return insert(tx, 'behind it')
      })
      for (const name of ['not awaited', 'behind it']) assert.equal(await there(name), 1, name)
    }))

  await test('after a failed first read whose error was caught, the returned query does not run', () =>
    one(async (db) => {
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await tx
            .selectFrom('documents')
            .select('id')
            .where('id', '=', 'no uuid')
            .execute()
            .catch(() => {})
          return insert(tx, 'after a failed read')
        }),
        /error was caught/,
      )
      assert.equal(await there('after a failed read'), 0)
    }))

  for (const statement of ['commit', 'rollback', 'commit and chain', 'set role service_role', 'reset role']) {
    await test(`"${statement}" as the returned query is an error, and the connection serves the next user`, () =>
      one(async (db) => {
        await assert.rejects(
          withUser(db, { sub: ana }, async (tx) => {
            await insert(tx, `before ${statement}`).execute()
            return sql.raw(statement)
          }),
          /role or claims were changed/,
        )
        const seen = await withUser(db, { sub: ben }, (tx) => tx.selectFrom('documents').select('user_id'))
        assert.deepEqual(seen, [{ user_id: ben }])
      }))
  }

  await test('an error at the commit itself is thrown', async () => {
    await owner.query(`
      create function public.refuse() returns trigger language plpgsql as 'begin raise sqlstate ''P7777''; end';
      create constraint trigger refuse after insert on public.usage_events deferrable initially deferred
        for each row execute function public.refuse()`)
    const event = (tx: UserDb) =>
      tx.insertInto('usage_events').values({ event_type: 'test', tokens_used: 1, cost: '0' })
    await one(async (db) => {
      await assert.rejects(withUser(db, { sub: ana }, event), { code: 'P7777' })
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await insert(tx, 'before the commit').execute()
          return event(tx)
        }),
        { code: 'P7777' },
      )
      assert.equal(await there('before the commit'), 0)
    })
  })
})
