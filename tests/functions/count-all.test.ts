import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { withService } from '../../db/client/with-identity.ts'
import { countAll } from '../../supabase/functions/hello/count-all.ts'
import { withFixture, withPool } from '../client/fixture.ts'

await withFixture(({ owner, appAddress, ana }) =>
  withPool(appAddress, { max: 1 }, async (db) => {
    const ask = (rows: number) =>
      owner.query(
        `insert into public.agent_requests (user_id, agent_type, content)
         select $1, 'summary', 'text' from generate_series(1, $2::integer)`,
        [ana, rows],
      )
    const count = () => withService(db, countAll)
    /** Number of rows and index entries of agent_requests read so far. A session reports its reads at most once per second unless forced. */
    const readSoFar = async () => {
      await withService(db, (tx) => sql`select pg_stat_force_next_flush()`.execute(tx))
      await owner.query('select pg_stat_force_next_flush()')
      const { rows } = await owner.query<{ n: string }>(
        `select seq_tup_read + (
             select sum(idx_tup_read) from pg_stat_user_indexes where relid = pg_stat_user_tables.relid
         ) as n from pg_stat_user_tables where relname = 'agent_requests'`,
      )
      return Number(rows[0]?.n)
    }
    /** The estimate, after checking that the response marks it as an estimate. */
    const estimate = async () => {
      const { counts, estimated } = await count()
      assert.deepEqual(estimated, ['agent_requests'])
      return counts.agent_requests
    }

    await test('up to 1,000 rows are counted', async () => {
      await ask(1_000)
      assert.deepEqual(await count(), { counts: { user_profiles: 2, documents: 2, agent_requests: 1_000 } })
    })

    await test('more rows are estimated from the last ANALYZE and the current size', async () => {
      await ask(1)
      await owner.query('vacuum analyze public.agent_requests')
      assert.equal(await estimate(), 1_001)
      await ask(2_999)
      const grown = await estimate()
      assert.ok(grown > 3_600 && grown < 4_400, `${grown} of 4,000`)
      await owner.query('delete from public.agent_requests where ctid > $1', ['(10,0)'])
      await owner.query('vacuum analyze public.agent_requests')
      assert.equal((await count()).estimated, undefined)
    })

    await test('it reads no more rows, whatever their number', async () => {
      await ask(6_000)
      const before = await readSoFar()
      await estimate()
      const read = (await readSoFar()) - before
      assert.ok(read > 1_000 && read < 1_100, `${read} rows read`)
    })
  }),
)
