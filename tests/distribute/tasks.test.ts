import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { openDatabase } from '../../db/client/database.ts'
import type { UserDb } from '../../db/client/handles.ts'
import { insertChunks } from '../../db/client/insert-chunks.ts'
import { newestFirst } from '../../db/client/pages.ts'
import { searchChunks, searchDocuments } from '../../db/client/search.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { connection, prepareCluster, skip } from './cluster.ts'
import { makePeople, type People, removePeople } from './people.ts'

/** Queries that Citus sent to one shard, and to several. */
interface Counters {
  single: number
  multi: number
}

/** The first gate alone: ids that search finds. */
async function gate(tx: UserDb, name: 'find_chunks' | 'find_documents'): Promise<void> {
  await sql`select id from ${sql.id('private', name)}(${'spruce'}::tsquery, 10)`.execute(tx)
}

describe('tasks of a product query on a distributed database', { skip }, () => {
  const db = openDatabase(connection, { distributed: true, max: 1 })
  let owner: pg.Client
  let people: People
  let ada = ''
  let documentId = ''

  before(async () => {
    await prepareCluster()
    owner = await connectOwner(connection)
    await owner.query(
      `alter database ${pg.escapeIdentifier(connection.database)} set citus.enable_stat_counters = on`,
    )
    people = await makePeople(owner)
    ada = people.ada
    const { rows } = await owner.query<{ id: string }>('select id from public.documents where user_id = $1', [
      ada,
    ])
    documentId = rows[0]?.id ?? ''
  })

  after(async () => {
    await db.destroy()
    if (!owner) return
    await owner.query(
      `alter database ${pg.escapeIdentifier(connection.database)} reset citus.enable_stat_counters`,
    )
    await removePeople(owner, people)
    await owner.end()
  })

  async function readCounters(): Promise<Counters> {
    const { rows } = await owner.query<Counters>(
      `select query_execution_single_shard::int as single, query_execution_multi_shard::int as multi
       from citus_stat_counters where name = current_database()`,
    )
    return rows[0] ?? { single: 0, multi: 0 }
  }

  /** What a user's transaction sends, beside the confirmation of the identity. */
  async function count(work: (tx: UserDb) => Promise<unknown>): Promise<Counters> {
    const before = await readCounters()
    await withUser(db, { sub: ada }, work)
    const { single, multi } = await readCounters()
    return { single: single - before.single, multi: multi - before.multi }
  }

  test('the counters tell one shard from several', async () => {
    const without = await count((tx) => tx.selectNoFrom((eb) => eb.lit(1).as('one')).execute())
    assert.deepEqual(without, { single: 0, multi: 0 })
    const before = await readCounters()
    await withUser(db, { sub: ada }, (tx) => tx.selectFrom('documents').select('id').execute(), {
      ownerCondition: false,
    })
    assert.deepEqual(await readCounters(), { ...before, multi: before.multi + 1 })
  })

  const queries: Record<string, (tx: UserDb) => Promise<unknown>> = {
    'a row by id': (tx) =>
      tx.selectFrom('documents').selectAll().where('id', '=', documentId).executeTakeFirstOrThrow(),
    'a join of documents and chunks': (tx) =>
      tx
        .selectFrom('documents')
        .innerJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
        .select('document_chunks.id')
        .execute(),
    'a left join, and a full join': (tx) =>
      tx
        .selectFrom('documents')
        .leftJoin('document_chunks as first', 'first.document_id', 'documents.id')
        .fullJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
        .select('document_chunks.id')
        .execute(),
    'an insert': (tx) => tx.insertInto('usage_events').values({ event_type: 'task' }).execute(),
    'an insert with its id returned': (tx) =>
      tx
        .insertInto('agent_requests')
        .values({ agent_type: 'a', content: 'b' })
        .returning('id')
        .executeTakeFirstOrThrow(),
    'many chunks': (tx) =>
      insertChunks(
        tx,
        documentId,
        [10, 11, 12].map((chunk_index) => ({ chunk_index, content: randomUUID() })),
      ),
    'an update by id': (tx) =>
      tx.updateTable('documents').set({ filename: 'b.md' }).where('id', '=', documentId).execute(),
    'a delete by id': (tx) => tx.deleteFrom('agent_requests').where('id', '=', randomUUID()).execute(),
    'the profile': (tx) => tx.selectFrom('user_profiles').selectAll().executeTakeFirstOrThrow(),
  }
  for (const [name, work] of Object.entries(queries))
    test(`${name} is one task`, async () => {
      assert.deepEqual(await count(work), { single: 1, multi: 0 })
    })

  test('a page and a gate of search are one task, and search is two', async () => {
    // After raw SQL, the client asks the worker who the caller is there.
    const confirmation = await count((tx) => sql`select 1`.execute(tx))
    assert.deepEqual(confirmation, { single: 1, multi: 0 })
    for (const name of ['find_chunks', 'find_documents'] as const)
      assert.deepEqual(
        await count((tx) => gate(tx, name)),
        { single: 1 + confirmation.single, multi: 0 },
        name,
      )
    for (const table of ['documents', 'agent_requests', 'agent_sessions', 'usage_events'] as const)
      assert.deepEqual(
        await count((tx) => newestFirst(tx, table, { columns: ['id'] })),
        { single: 1 + confirmation.single, multi: 0 },
        table,
      )
    for (const search of [searchChunks, searchDocuments])
      assert.deepEqual(await count((tx) => search(tx, 'a')), { single: 2 + confirmation.single, multi: 0 })
  })
})
