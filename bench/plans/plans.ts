import pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { milliseconds } from '../operations/timed.ts'
import { fill } from '../search/fill.ts'
import { figuresOf, quantile, rounded } from '../statistics.ts'
import { FLOOR, PRODUCT } from './queries.ts'
import { chooseWords } from './words.ts'

/** One search of the large user, in milliseconds: medians as the user, and as the owner with the best plan. */
export interface PlanTiming {
  query: string
  matches: number
  ours: number
  floor: number
  ratio: number
  n: number
  ours_p95: number
  ours_p99: number
  floor_p95: number
  floor_p99: number
}

export interface PlansResults {
  rows: number
  average: number
  calls: number
  largeUser: PlanTiming[]
  ordinaryUser: PlanTiming[]
}

const CALLS = 30
const OTHERS = 6
/** The large user's share of all rows. */
const LARGE_SHARE = 0.2

/**
 * Times searches on a pooled connection that has served other users, against the owner's own plan for the same query.
 *
 * @param database a migrated throw-away database
 * @param rows total number of chunks
 * @param average chunks of each ordinary user
 */
export async function benchPlans(
  database: ConnectionString,
  rows: number,
  average: number,
  progress: (done: number, of: number) => void,
): Promise<PlansResults> {
  return withOwnerClient(database, async (owner) => {
    const share = Math.round(rows * LARGE_SHARE)
    const { ordinary, large } = await fill(owner, rows, Math.round((rows - share) / average), share, (done) =>
      progress(done, rows),
    )
    const pooled = new pg.Client(connectionOptions(database))
    await pooled.connect()
    try {
      const words = await chooseWords(owner, large ?? '', share)
      for (let call = 0; call < OTHERS; call++) {
        await asCaller(pooled, callerOf('authenticated', ordinary[call]), () =>
          pooled.query(PRODUCT, [words.common]),
        )
      }
      const time = (user: string) => timeAll(owner, pooled, user, words)
      return {
        rows,
        average,
        calls: CALLS,
        largeUser: await time(large ?? ''),
        ordinaryUser: await time(ordinary[0] ?? ''),
      }
    } finally {
      await pooled.end()
    }
  })
}

async function timeAll(
  owner: pg.Client,
  pooled: pg.Client,
  user: string,
  words: Readonly<Record<string, string>>,
): Promise<PlanTiming[]> {
  const timings: PlanTiming[] = []
  for (const [query, text] of Object.entries(words)) {
    const ours: number[] = []
    const floor: number[] = []
    for (let call = 0; call < CALLS; call++) {
      await asCaller(pooled, callerOf('authenticated', user), async () => {
        ours.push(await milliseconds(() => pooled.query(PRODUCT, [text])))
      })
      floor.push(await milliseconds(() => owner.query(FLOOR, [user, text])))
    }
    const { rows } = await owner.query<{ matches: number }>(
      `select count(*)::int as matches from public.document_chunks
       where user_id = $1 and search_vector @@ websearch_to_tsquery('english', $2)`,
      [user, text],
    )
    const [a, b] = [figuresOf(ours), figuresOf(floor)]
    timings.push({
      query,
      matches: rows[0]?.matches ?? 0,
      ours: a.median,
      floor: b.median,
      ratio: rounded(quantile(ours, 0.5) / quantile(floor, 0.5)),
      n: a.n,
      ours_p95: a.p95,
      ours_p99: a.p99,
      floor_p95: b.p95,
      floor_p99: b.p99,
    })
  }
  return timings
}
