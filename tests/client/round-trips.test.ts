import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { startProxy } from '../../bench/proxy.ts'
import type { UserDb } from '../../db/client/handles.ts'
import { kindOf } from '../../db/client/plain-query.ts'
import { type TransactionOptions, withUser } from '../../db/client/with-identity.ts'
import type { Work } from '../../db/client/work.ts'
import { withFixture, withPool } from './fixture.ts'

await withFixture(async ({ appAddress, ana }) => {
  const proxy = await startProxy({ host: appAddress.host, port: Number(appAddress.url.port) })
  const url = new URL(appAddress.url)
  url.port = String(proxy.port)

  const select = (tx: UserDb) =>
    tx.selectFrom('documents').select('user_id').orderBy('created_at', 'desc').limit(5)
  const update = (tx: UserDb) => tx.updateTable('user_profiles').set({ name: 'x' })
  const read = (tx: UserDb) => select(tx).execute()
  const write = (tx: UserDb) => update(tx).execute()
  const both = (tx: UserDb) => Promise.all([write(tx), write(tx), write(tx), write(tx)])
  const transactions: [string, Work<UserDb, unknown>, TransactionOptions, number][] = [
    ['no query', async () => {}, {}, 0],
    ['one that only reads', read, {}, 1],
    ['one that writes', write, {}, 2],
    ['one that writes, with oneQuery', write, { oneQuery: true }, 1],
    ['one that only reads, read-only and with oneQuery', read, { oneQuery: true, readOnly: true }, 1],
    ['one that writes, returned', update, {}, 1],
    ['one raw statement, returned', () => sql`select 1`, {}, 1],
    ['one that only reads, returned, at another isolation level', select, { isolation: 'serializable' }, 1],
    ['a read, then a returned write', (tx) => read(tx).then(() => update(tx)), {}, 2],
    ['a write, then a returned write', (tx) => write(tx).then(() => update(tx)), {}, 2],
    ['one raw statement', (tx) => sql`select 1`.execute(tx), {}, 2],
    ['reading, then writing', (tx) => read(tx).then(() => write(tx)), {}, 3],
    ['four that were not awaited one by one', both, {}, 3],
  ]
  for (const [what, fn, options, trips] of transactions) {
    await test(`round trips of a transaction with ${what}: ${trips}`, () =>
      withPool(parseConnectionString(url.href), { max: 1 }, async (db) => {
        await withUser(db, { sub: ana }, read)
        proxy.reset()
        await withUser(db, { sub: ana }, fn, options)
        assert.equal(proxy.roundTrips(), trips)
      }))
  }

  await test('only a select of the builder counts as a read', () =>
    withPool(appAddress, {}, (db) =>
      withUser(db, { sub: ana }, async (tx) => {
        const documents = tx.selectFrom('documents')
        const plain = [
          documents
            .select(['id', 'filename as name'])
            .where('id', 'in', ['a', 'b'])
            .orderBy('id', 'desc')
            .limit(1),
          documents
            .select((eb) => eb.fn.countAll().as('n'))
            .where((eb) => eb.or([eb('id', '=', 'a'), eb('id', '>', 'b')])),
          documents
            .innerJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
            .selectAll('document_chunks')
            .where((eb) =>
              eb(eb.refTuple('documents.created_at', 'documents.id'), '<', eb.tuple(new Date(), 'a')),
            ),
        ]
        const other = [
          documents.select('id').forUpdate(),
          documents.select(sql<number>`nextval('s')`.as('n')),
          documents.select((eb) =>
            eb.fn<string>('set_config', [eb.val('role'), eb.val('x'), eb.lit(true)]).as('n'),
          ),
          documents.select('id').orderBy(sql`set_config('role', 'service_role', false)`),
          documents.select('id').modifyEnd(sql`for update`),
          tx
            .with('gone', (w) => w.deleteFrom('documents').returning('id'))
            .selectFrom('gone')
            .select('id'),
          tx.deleteFrom('documents'),
          tx.updateTable('documents').set({ filename: 'x' }).returning('id'),
        ]
        for (const query of plain) assert.equal(kindOf(query.toOperationNode()), 'read', query.compile().sql)
        for (const query of other)
          assert.notEqual(kindOf(query.toOperationNode()), 'read', query.compile().sql)
      }),
    ))

  await test('a failed read ends the transaction even if its error is caught', () =>
    withPool(appAddress, { max: 1 }, async (db) => {
      const fail = (tx: UserDb) =>
        tx.selectFrom('documents').select('id').where('id', '=', 'not a uuid').execute()
      let after: unknown
      await assert.rejects(
        withUser(db, { sub: ana }, async (tx) => {
          await assert.rejects(fail(tx), { code: '22P02' })
          after = await write(tx).catch((error: unknown) => error)
        }),
        /error was caught/,
      )
      assert.match(String(after), /error was caught/)
      await assert.rejects(
        withUser(db, { sub: ana }, (tx) => fail(tx).catch(() => {})),
        /error was caught/,
      )
      assert.equal((await withUser(db, { sub: ana }, read)).length, 1)
    }))

  await proxy.close()
})
