import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import { codeOf } from 'postgres-kit/failure.ts'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { openDatabase } from '../../db/client/database.ts'
import { insertChunks } from '../../db/client/insert-chunks.ts'
import { searchChunks } from '../../db/client/search.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { actAs } from '../../db/distribute/act-as.ts'
import { connection, prepareCluster, skip } from './cluster.ts'
import { makePeople, type People, removePeople } from './people.ts'

/** What a session without the client can do with identities, statement by statement. */
describe('identities on a distributed database', { skip }, () => {
  const db = openDatabase(connection, { distributed: true })
  let owner: pg.Client
  let people: People
  let ada = ''
  let ben = ''

  before(async () => {
    await prepareCluster()
    owner = await connectOwner(connection)
    people = await makePeople(owner)
    ;({ ada, ben } = people)
  })

  after(async () => {
    await db.destroy()
    if (!owner) return
    await removePeople(owner, people)
    await owner.end()
  })

  const claims = (sub: string) => JSON.stringify({ sub, role: 'authenticated' })
  const caller = (sub: string) => ({ role: 'authenticated', claims: claims(sub) })

  /** Owners of the documents that the last statement answers, or the SQLSTATE; the session is the login's. */
  async function documentsOf(...statements: string[]): Promise<string[] | string> {
    const client = new pg.Client(connectionOptions(connection))
    await client.connect()
    try {
      await client.query('set session authorization authenticator')
      for (const text of statements) await client.query(text)
      const { rows } = await client.query<{ user_id: string }>('select user_id from public.documents')
      return rows.map(({ user_id }) => user_id)
    } catch (error) {
      return codeOf(error) ?? String(error)
    } finally {
      await client.end()
    }
  }

  test('without begin, the identity ends with its own statement: the login is refused', async () => {
    assert.deepEqual(await documentsOf(...actAs(caller(ada))), '42501')
    assert.deepEqual(await documentsOf('begin', ...actAs(caller(ada))), [ada])
  })

  test('without begin, in one message, the workers get no identity: no row, or none of another', async () => {
    const client = new pg.Client(connectionOptions(connection))
    await client.connect()
    try {
      await client.query('set session authorization authenticator')
      const results: unknown = await client.query(
        `${actAs(caller(ada)).join('; ')}; select user_id from public.documents`,
      )
      const rows = Array.isArray(results) ? results.at(-1)?.rows : undefined
      assert.ok(JSON.stringify(rows) === '[]' || JSON.stringify(rows) === JSON.stringify([{ user_id: ada }]))
    } finally {
      await client.end()
    }
  })

  test('after the transaction nothing of the identity is left', async () => {
    assert.deepEqual(await documentsOf('begin', ...actAs(caller(ada)), 'commit'), '42501')
    assert.deepEqual(await documentsOf('begin', ...actAs(caller(ada)), 'rollback', 'begin'), '42501')
  })

  test('the last identity of a transaction counts, on every node', async () => {
    assert.deepEqual(await documentsOf('begin', ...actAs(caller(ada)), 'reset role', ...actAs(caller(ben))), [
      ben,
    ])
    assert.deepEqual(
      await documentsOf(
        'begin',
        ...actAs(caller(ada)),
        'savepoint s',
        'reset role',
        ...actAs(caller(ben)),
        'rollback to savepoint s',
      ),
      [ada],
    )
  })

  test('set_config behind it changes the coordinator alone: the workers answer as before', async () => {
    const set = `select set_config('request.jwt.claims', '${claims(ben)}', true)`
    assert.deepEqual(await documentsOf('begin', ...actAs(caller(ada)), set), [ada])
    // The coordinator is asked by functions: search takes the caller of the coordinator, and the workers refuse its rows.
    const client = new pg.Client(connectionOptions(connection))
    await client.connect()
    try {
      for (const text of ['begin', ...actAs(caller(ada)), set]) await client.query(text)
      const { rows } = await client.query("select * from public.search_chunks('spruce')")
      assert.deepEqual(rows, [])
    } finally {
      await client.end()
    }
  })

  test('what is written can be searched in the next transaction, not in the same', async () => {
    const add = (tx: Parameters<typeof insertChunks>[0], documentId: string) =>
      insertChunks(tx, documentId, [{ chunk_index: 7, content: 'a wide larch' }])
    const document = await withUser(db, { sub: ada }, (tx) =>
      tx.selectFrom('documents').select('id').executeTakeFirstOrThrow(),
    )
    await assert.rejects(
      withUser(db, { sub: ada }, async (tx) => {
        await add(tx, document.id)
        return searchChunks(tx, 'larch')
      }),
      (error: unknown) => codeOf(error) === '25001',
    )
    assert.deepEqual(await withUser(db, { sub: ada }, (tx) => searchChunks(tx, 'larch')), [])
    await withUser(db, { sub: ada }, (tx) => add(tx, document.id))
    assert.equal((await withUser(db, { sub: ada }, (tx) => searchChunks(tx, 'larch'))).length, 1)
    assert.deepEqual(await withUser(db, { sub: ben }, (tx) => searchChunks(tx, 'larch')), [])
  })
})
