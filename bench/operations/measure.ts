import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { chooseWords } from '../plans/words.ts'
import { quantile, rounded } from '../statistics.ts'
import { measureLoad } from './load.ts'
import type { Measurement, Subjects } from './measurement.ts'
import { OPERATIONS, type Operation, SIDES, type Side, type Subject } from './operations.ts'
import { PLAIN_DESIGN } from './plain-design.ts'
import { populate } from './population.ts'
import { measureStates } from './states.ts'
import { timed } from './timed.ts'

const RUNS: Record<Operation['kind'], number> = { search: 60, other: 80, bulk: 12 }
const USERS = ['fixed', 'middle', 'large'] as const

/**
 * Times every operation on three sides of the same data, in turns, on pooled connections that all users share. Whatever
 * an operation writes is rolled back. The identity is set before the clock starts.
 *
 * @param database a migrated throw-away one
 */
export async function measureOperations(
  database: ConnectionString,
  rows: number,
  filled: (done: number, of: number) => void,
  measured: (done: number, of: number, operation: string) => void,
): Promise<Measurement[]> {
  return withOwnerClient(database, async (owner) => {
    const population = await populate(owner, rows, (done) => filled(done, rows))
    await owner.query(PLAIN_DESIGN)
    await owner.query('vacuum analyze')
    const subjects: Subjects[] = []
    for (const user of USERS) {
      const id = population[user]
      subjects.push({ user, id, of: await subjectsOf(owner, id) })
    }
    const pooled = new pg.Client(connectionOptions(database))
    await pooled.connect()
    try {
      const samples = new Map<string, number[]>()
      for (const [place, operation] of OPERATIONS.entries()) {
        const runs = RUNS[operation.prepare ? 'bulk' : operation.kind]
        // The first round of each warms the caches.
        for (let run = -1; run < runs; run++) {
          for (const { user, of } of subjects) {
            // Each side begins in turn: what one leaves behind, another finds.
            for (const side of rotated(SIDES, run + 1)) {
              const time = await timed(side === 'floor' ? owner : pooled, operation, side, of(run + 1))
              const key = `${operation.name}/${user}/${side}`
              if (run >= 0) samples.set(key, [...(samples.get(key) ?? []), time])
            }
          }
        }
        measured(place + 1, OPERATIONS.length, operation.name)
      }
      const measurement = (operation: string, user: string, side: Side, sample: readonly number[]) => {
        const at = (share: number) => rounded(quantile(sample, share))
        return {
          operation,
          user,
          rows,
          side,
          n: sample.length,
          p50_ms: at(0.5),
          p95_ms: at(0.95),
          p99_ms: at(0.99),
        }
      }
      const timings = OPERATIONS.flatMap(({ name }) =>
        USERS.flatMap((user) =>
          SIDES.map((side) => measurement(name, user, side, samples.get(`${name}/${user}/${side}`) ?? [])),
        ),
      )
      const loads = await measureLoad(database, population, subjects)
      const states = await measureStates(database, owner, subjects)
      return [
        ...timings,
        ...[...loads, ...states].map(({ operation, user, sample }) =>
          measurement(operation, user, 'ours', sample),
        ),
      ]
    } finally {
      await pooled.end()
    }
  })
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const place = by % list.length
  return [...list.slice(place), ...list.slice(0, place)]
}

/** What operations of a user are about: another query for each run. */
async function subjectsOf(owner: pg.Client, user: string): Promise<(run: number) => Subject> {
  const { rows } = await owner.query<{ id: string; created_at: Date }>(
    'select id, created_at from public.documents where user_id = $1 order by created_at desc, id desc',
    [user],
  )
  const { rows: chunks } = await owner.query<{ n: number }>(
    'select count(*)::integer as n from public.document_chunks where user_id = $1',
    [user],
  )
  const words = Object.values(await chooseWords(owner, user, chunks[0]?.n ?? 0))
  const phrase = `"${words.slice(0, 2).join(' ')}"`
  const queries = [...words, phrase, 'xylophonist']
  const newer = Math.floor(rows.length / 2)
  return (run) => ({
    user,
    document: rows[run % rows.length]?.id ?? '',
    middle: rows[newer]?.created_at ?? new Date(0),
    newer,
    words: queries[run % queries.length] ?? '',
  })
}
