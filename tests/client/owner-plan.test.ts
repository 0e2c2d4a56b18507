import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { withUser } from '../../db/client/with-identity.ts'
import { withFixture, withPool } from './fixture.ts'

/** In addition, the large user has a fifth of all rows. */
const SMALL_USERS = 400
const ROWS_EACH = 50

interface Explained {
  'QUERY PLAN': [{ Plan: { 'Plan Rows': number; 'Actual Rows': number; 'Shared Hit Blocks': number } }]
}

await withFixture(async ({ owner, appAddress, ana }) => {
  await owner.query(
    `with users as (
         insert into auth.users (id) select gen_random_uuid() from generate_series(1, $2::integer) returning id
     ), owners as (
         select id, $3::integer as rows from users union all select $1::uuid, $2::integer * $3::integer / 4
     ), documents as (
         insert into public.documents (user_id, filename, file_type, file_size)
         select id, 'name ' || n, 'text', n from owners, generate_series(1, rows) as n
         returning user_id, id
     )
     insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select user_id, id, 0, 'text' from documents`,
    [ana, SMALL_USERS, ROWS_EACH],
  )
  await owner.query('analyze public.documents, public.document_chunks')

  await test('the owner condition tells the planner how many rows the caller has', () =>
    withPool(appAddress, {}, async (db) => {
      const plan = (ownerCondition: boolean) =>
        withUser(
          db,
          { sub: ana },
          async (tx) => {
            const [row] = await tx
              .selectFrom('documents')
              .innerJoin('document_chunks', 'document_chunks.document_id', 'documents.id')
              .select(['documents.filename', 'document_chunks.chunk_index'])
              .explain<Explained>('json', sql`analyze, buffers, timing off`)
            assert.ok(row)
            return row['QUERY PLAN'][0].Plan
          },
          { ownerCondition },
        )
      const [without, known] = [await plan(false), await plan(true)]
      const rows = known['Actual Rows']
      assert.equal(rows, (SMALL_USERS * ROWS_EACH) / 4)
      // ANALYZE keeps statistics on the largest user. For any other, the planner uses the average.
      assert.ok(known['Plan Rows'] > rows / 2 && known['Plan Rows'] < rows * 2, `${known['Plan Rows']} rows`)
      assert.ok(without['Plan Rows'] < rows / 10, `${without['Plan Rows']} rows without the condition`)
      assert.ok(known['Shared Hit Blocks'] < without['Shared Hit Blocks'])
    }))
})
