import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { collector, type Place, type Sample } from './measurement.ts'
import { OPERATIONS } from './operations.ts'
import { timed } from './timed.ts'

const RUNS = 50
/** Chunks that a bulk load adds for another user. */
const LOADED = 10_000

/** Times a search right after a bulk load, and while VACUUM processes its rows. Changes the database. */
export async function measureStates(
  { database, rows, subjects }: Place,
  owner: pg.Client,
): Promise<Sample[]> {
  const { add, samples } = collector()
  const [search] = OPERATIONS
  if (!search) return []
  await owner.query(
    `insert into public.document_chunks (user_id, document_id, chunk_index, content)
     select other.user_id, other.document_id, 1000000 + texts.n, texts.content
     from (select user_id, document_id from public.document_chunks where user_id <> all($1) limit 1) as other,
         (select content, row_number() over () as n from public.document_chunks limit $2) as texts`,
    [subjects.map(({ id }) => id), LOADED],
  )
  const pooled = new pg.Client(connectionOptions(database))
  await pooled.connect()
  const searches = async (state: string, holds: () => boolean) => {
    // The first round warms the connection.
    for (let run = -1; run < RUNS && holds(); run++) {
      for (const { user, of } of subjects) {
        const { work } = await timed(pooled, search, 'ours', of(run + 1))
        if (run >= 0 && holds())
          add({ operation: `${search.name}: ${state}`, user, rows, side: 'ours' }, work)
      }
    }
  }
  try {
    await searches('right after a bulk load', () => true)
    // Delete half of the loaded rows, so that VACUUM has work.
    await owner.query(
      'delete from public.document_chunks where chunk_index >= 1000000 and chunk_index % 2 = 0',
    )
    await withOwnerClient(database, async (other) => {
      await other.query("set vacuum_cost_delay = '2ms'; set vacuum_cost_limit = 200")
      let running = true
      const vacuum = other.query('vacuum public.document_chunks').finally(() => {
        running = false
      })
      await searches('during a vacuum', () => running)
      await vacuum
    })
    return samples()
  } finally {
    await pooled.end()
  }
}
