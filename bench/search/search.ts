import type pg from 'pg'
import { become, callerOf } from 'postgres-kit/caller.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { type Figures, figuresOf } from '../statistics.ts'
import { DESIGNS, type Design, EXISTS_DESIGN } from './designs.ts'
import { fill, type Population } from './fill.ts'

/** Times of one design in milliseconds, measured by the client. */
export interface Timing extends Figures {
  design: string
}

export interface SearchResults {
  rows: number
  users: number
  calls: number
  /** A user with an equal share of the rows. */
  ordinaryUser: Timing[]
  /** A user with LARGE_SHARE rows, from MANY_ROWS on. */
  largeUser?: Timing[]
}

const USERS = 1000
const CALLS = 40
const TOP = 10
const MANY_ROWS = 1_000_000
const LARGE_SHARE = 200_000

/** Typical queries: rare and frequent words, a phrase, an exclusion. */
const QUERIES = [
  'migration',
  'postgres connection',
  '"type definitions"',
  'install -yarn',
  'streams',
  'license',
  'parser error',
]

/**
 * Measures the designs in turns on a throw-away database, and checks that all of them find the same rows.
 *
 * @param rows total number of chunks
 */
export async function benchSearch(
  server: ConnectionString,
  rows: number,
  log: (line: string) => void,
  progress: (done: number, of: number) => void,
): Promise<SearchResults> {
  return withThrowawayDatabase(server, (database) =>
    withOwnerClient(database, async (owner) => {
      const largeShare = rows >= MANY_ROWS ? LARGE_SHARE : 0
      const population = await fill(owner, rows, USERS, largeShare, (done) => progress(done, rows))
      const groups: [keyof SearchResults, (call: number) => string][] = [
        ['ordinaryUser', ordinary(population)],
      ]
      if (population.large !== undefined) {
        const { large } = population
        groups.push(['largeUser', () => large])
      }
      const samples = new Map<string, number[]>()
      const found = new Map<string, string>()
      const measure = async (designs: readonly Design[]) => {
        for (const { setUp } of designs)
          for (const statement of statements(setUp)) await owner.query(statement)
        for (const [group, user] of groups) {
          for (let call = -QUERIES.length; call < CALLS; call++) {
            for (const design of designs) {
              const { milliseconds, ids } = await searchAs(owner, user(Math.abs(call)), design, query(call))
              // The first calls of each query warm the caches and are not counted.
              if (call < 0) continue
              const sample = samples.get(`${group} ${design.name}`) ?? []
              samples.set(`${group} ${design.name}`, [...sample, milliseconds])
              checkSame(found, `${group} ${call}`, ids, design)
            }
          }
        }
      }
      await measure(DESIGNS)
      log('Now with the EXISTS policy and gin (search_vector)')
      await measure([EXISTS_DESIGN])
      const timings = (group: string) =>
        [EXISTS_DESIGN, ...DESIGNS].map(({ name }) => ({
          design: name,
          ...figuresOf(samples.get(`${group} ${name}`) ?? []),
        }))
      return {
        rows,
        users: USERS,
        calls: CALLS,
        ordinaryUser: timings('ordinaryUser'),
        ...(population.large === undefined ? {} : { largeUser: timings('largeUser') }),
      }
    }),
  )
}

function ordinary({ ordinary: users }: Population): (call: number) => string {
  return (call) => users[(call * 37) % users.length] ?? ''
}

function query(call: number): string {
  return QUERIES[Math.abs(call) % QUERIES.length] ?? ''
}

/** Times one search as the user. The identity is set before timing starts. */
async function searchAs(owner: pg.Client, userId: string, design: Design, text: string) {
  await owner.query('begin')
  await become(owner, callerOf('authenticated', userId))
  const start = performance.now()
  const { rows } = await owner.query<{ id: string }>(design.sql, [text, TOP])
  const milliseconds = performance.now() - start
  await owner.query('commit')
  return { milliseconds, ids: rows.map((row) => row.id).join() }
}

/** Checks that all designs find the same rows, because times are comparable only for the same work. */
function checkSame(found: Map<string, string>, call: string, ids: string, { name }: Design): void {
  const expected = found.get(call)
  if (expected === undefined) found.set(call, ids)
  else if (expected !== ids) throw failed(`"${name}" found other rows than the designs before it (${call})`)
}

/** Splits SQL into statements, because VACUUM cannot run in a message with others. */
function statements(sql: string): string[] {
  return sql.includes('$$') ? [sql] : sql.split(';').filter((statement) => statement.trim() !== '')
}
