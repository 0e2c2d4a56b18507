import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { UserDb } from '../../db/client/handles.ts'
import type { RootDb } from '../../db/client/root-db.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { withFixture, withPool } from './fixture.ts'
import { type Query, READS } from './owner/reads.ts'
import { addRows } from './owner/rows.ts'
import { WRITES } from './owner/writes.ts'

const TABLES = ['documents', 'document_chunks', 'agent_requests'] as const

await withFixture(({ owner, appAddress, ana, ben }) =>
  withPool(appAddress, {}, async (db: RootDb) => {
    await addRows(owner, ana, ben)

    /** The result of the query and the rows after it; rolled back. */
    async function outcome(make: (tx: UserDb) => Query, ownerCondition: boolean) {
      const undo = new Error('undone')
      let seen: { rows: string[]; own: string[]; foreign: string[] } | undefined
      await assert.rejects(
        withUser(
          db,
          { sub: ana },
          async (tx) => {
            const rows = sorted(await make(tx).execute())
            const { rows: left } = await sql<{ user_id: string }>`
              select user_id, id::text, filename, file_size::int from public.documents
              union all select user_id, document_id::text, content, chunk_index from public.document_chunks
              union all select user_id, agent_type, content, 0 from public.agent_requests`.execute(tx)
            const [own, foreign] = [true, false].map((mine) =>
              sorted(left.filter((row) => (row.user_id === ana) === mine)),
            )
            seen = { rows, own: own ?? [], foreign: foreign ?? [] }
            throw undo
          },
          { ownerCondition },
        ),
        (error) => error === undo,
      )
      assert.ok(seen)
      return seen
    }

    const queries = { ...READS, ...WRITES }
    const expected = new Map<string, Awaited<ReturnType<typeof outcome>>>()
    for (const [name, make] of Object.entries(queries)) {
      await test(`${name}: the same rows with the owner's condition as without`, async () => {
        const without = await outcome(make, false)
        expected.set(name, without)
        assert.ok(without.rows.length > 0, 'the query finds something')
        assert.deepEqual(await outcome(make, true), without)
      })
    }

    for (const table of TABLES) await owner.query(`alter table public.${table} disable row level security`)
    const untouched = (await outcome((tx) => tx.selectFrom('documents').select('id'), false)).foreign
    for (const [name, make] of Object.entries(queries)) {
      await test(`${name}: the owner's condition alone gives the same result as row level security`, async () => {
        const { foreign, ...seen } = await outcome(make, true)
        const { foreign: _, ...due } = expected.get(name) ?? {}
        assert.deepEqual(seen, due)
        assert.deepEqual(foreign, untouched)
      })
    }

    await test('tables of other schemas and raw SQL have no condition', () =>
      withUser(db, { sub: ana }, async (tx) => {
        const bare = [
          tx.withSchema('private').selectFrom('documents').select('id'),
          sql`select id from ${sql.table('documents')}`,
        ]
        for (const query of bare) assert.ok(!query.compile(tx).sql.includes('user_id'))
        assert.ok(tx.selectFrom('documents').select('id').compile().sql.includes('user_id'))
      }))

    await test('a value that looks like a query is sent unchanged', () =>
      withUser(db, { sub: ana }, async (tx) => {
        const node = tx.withoutPlugins().selectFrom('documents').select('id').toOperationNode()
        const value: unknown = JSON.parse(JSON.stringify(node))
        const query = tx.selectFrom('agent_requests').select(sql`${value}`.as('v'))
        assert.deepEqual(query.compile().parameters, [value, ana])
      }))

    await test("a query without the condition reads other users' rows if row level security is off", () =>
      withUser(db, { sub: ana }, async (tx) => {
        const all = await tx.withoutPlugins().selectFrom('documents').select('id').execute()
        const own = await tx.selectFrom('documents').select('id').execute()
        assert.ok(all.length > own.length)
      }))
    for (const table of TABLES) await owner.query(`alter table public.${table} enable row level security`)
  }),
)

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}
