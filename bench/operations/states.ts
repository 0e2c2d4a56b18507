import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Subjects } from './measurement.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { timed } from './timed.ts'

const RUNS = 30
/** Chunks that a bulk load adds for somebody else. */
const LOADED = 10_000

/** Times of a search by state and user: right after a bulk load, and while VACUUM goes through its rows. Changes the database. */
export async function measureStates(
  database: ConnectionString,
  owner: pg.Client,
  subjects: readonly Subjects[],
): Promise<{ operation: string; user: string; sample: number[] }[]> {
  const search = OPERATIONS[0]
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
  try {
    const loaded = await searches(pooled, search, subjects, 'right after a bulk load')
    // Something to vacuum: half of what was loaded.
    await owner.query(
      'delete from public.document_chunks where chunk_index >= 1000000 and chunk_index % 2 = 0',
    )
    return await withOwnerClient(database, async (other) => {
      await other.query("set vacuum_cost_delay = '1ms'; set vacuum_cost_limit = 500")
      const vacuum = other.query('vacuum public.document_chunks')
      const during = await searches(pooled, search, subjects, 'during a vacuum')
      await vacuum
      return [...loaded, ...during]
    })
  } finally {
    await pooled.end()
  }
}

async function searches(
  pooled: pg.Client,
  search: Operation,
  subjects: readonly Subjects[],
  state: string,
): Promise<{ operation: string; user: string; sample: number[] }[]> {
  const found = subjects.map(({ user }) => ({
    operation: `${search.name}: ${state}`,
    user,
    sample: [] as number[],
  }))
  for (let run = 0; run < RUNS; run++) {
    for (const [place, { of }] of subjects.entries()) {
      found[place]?.sample.push(await timed(pooled, search, 'ours', of(run)))
    }
  }
  return found
}
