import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { fill } from '../search/fill.ts'
import { quantile, rounded } from '../statistics.ts'
import { FLOOR, PRODUCT } from './queries.ts'
import { chooseWords } from './words.ts'

/** One search of the large user, in milliseconds: medians as the user, and as the owner with the best plan. */
export interface PlanTiming {
  query: string
  matches: number
  ours: number
  floor: number
  ratio: number
}

export interface PlansResults {
  rows: number
  average: number
  calls: number
  largeUser: PlanTiming[]
  ordinaryUser: PlanTiming[]
}

const CALLS = 12
const OTHERS = 6
/** The large user's part of all rows. */
const LARGE_SHARE = 0.2

/**
 * Searches on one pooled connection that has served others before, against the owner's own plan for the same question.
 *
 * @param database a migrated throw-away one
 * @param rows chunks in all
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
        await asUser(pooled, ordinary[call] ?? '', () => pooled.query(PRODUCT, [words.common]))
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
      await asUser(pooled, user, async () => {
        ours.push(await milliseconds(() => pooled.query(PRODUCT, [text])))
      })
      floor.push(await milliseconds(() => owner.query(FLOOR, [user, text])))
    }
    const { rows } = await owner.query<{ matches: number }>(
      `select count(*)::int as matches from public.document_chunks
       where user_id = $1 and search_vector @@ websearch_to_tsquery('english', $2)`,
      [user, text],
    )
    const [a, b] = [quantile(ours, 0.5), quantile(floor, 0.5)]
    timings.push({
      query,
      matches: rows[0]?.matches ?? 0,
      ours: rounded(a),
      floor: rounded(b),
      ratio: rounded(a / b),
    })
  }
  return timings
}

async function asUser(client: pg.Client, userId: string, work: () => Promise<unknown>): Promise<void> {
  await client.query('begin')
  await client.query(
    "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)",
    [JSON.stringify({ sub: userId })],
  )
  await work()
  await client.query('commit')
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
