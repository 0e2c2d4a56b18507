import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../db/client/database.ts'
import { searchChunks } from '../../db/client/search.ts'
import { withUser } from '../../db/client/with-identity.ts'
import type { Place, Sample } from './measurement.ts'
import { weightAt } from './population.ts'

const CONNECTIONS = 4
const SEARCHES = 300
/** Searches started per second, whether or not earlier ones have finished. */
const RATE = 50

/**
 * Searches through `withUser` on a pool that all users share, as in production: users drawn by Zipf's law, queries in turns. In
 * a closed loop, each connection sends the next search after an answer. In an open loop, searches start at a fixed rate, and
 * the wait for a connection counts.
 */
export async function measureLoad({ database, rows, population, subjects }: Place): Promise<Sample[]> {
  const db = openDatabase(database, { max: CONNECTIONS })
  const user = drawnFrom(population.users)
  const search = async (run: number, began: number) => {
    const words = subjects[run % subjects.length]?.of(run).words ?? ''
    await withUser(db, { sub: user(run) }, (tx) => searchChunks(tx, words), {
      oneQuery: true,
      readOnly: true,
    })
    return performance.now() - began
  }
  try {
    for (let run = 0; run < CONNECTIONS * 3; run++) await search(run, 0)
    const closed: number[] = []
    const worker = async (first: number) => {
      for (let run = first; run < SEARCHES; run += CONNECTIONS)
        closed.push(await search(run, performance.now()))
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, first) => worker(first)))
    const start = performance.now()
    const open = await Promise.all(
      Array.from({ length: SEARCHES }, async (_, run) => {
        const due = start + (run * 1000) / RATE
        await sleep(Math.max(0, due - performance.now()))
        return search(run, due)
      }),
    )
    const of = { user: 'mixed', rows, side: 'ours' } as const
    return [
      {
        ...of,
        operation: `search_chunks by withUser, ${CONNECTIONS} connections in a closed loop`,
        times: closed,
      },
      { ...of, operation: `search_chunks by withUser, ${RATE} a second in an open loop`, times: open },
    ]
  } finally {
    await db.destroy()
  }
}

/** Draws users by weight, in the same order in every run. */
function drawnFrom(users: readonly string[]): (run: number) => string {
  const weights = users.map((_, place) => weightAt(place))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return (run) => {
    // The golden ratio spreads the draws evenly.
    let left = ((run * 0.618034) % 1) * total
    const place = weights.findIndex((weight) => {
      left -= weight
      return left < 0
    })
    return users[place] ?? users[0] ?? ''
  }
}
