import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { measureCold } from './cold.ts'
import { measureHttp } from './http.ts'
import { measureLoad } from './load.ts'
import {
  collector,
  type Measurement,
  type Place,
  type Sample,
  type Subjects,
  summarize,
} from './measurement.ts'
import { OPERATIONS, type Operation, SIDES, searchesOf } from './operations.ts'
import { PLAIN_DESIGN } from './plain-design.ts'
import { populate } from './population.ts'
import type { BenchServer } from './server.ts'
import { measureStates } from './states.ts'
import { subjectsOf } from './subjects.ts'
import { timed } from './timed.ts'

/** Of searches, forty for each kind of query. */
const RUNS: Record<Operation['kind'], number> = { search: 400, other: 100, bulk: 24 }
/** The plain design reads all users' matches: enough for its median. */
const RUNS_OF_PLAIN = 100
const USERS = ['fixed', 'middle', 'large'] as const

export interface Run {
  server: BenchServer
  /** Total numbers of chunks; each size gets a database. */
  sizes: readonly number[]
  filled: (done: number, of: number) => void
  measured: (done: number, of: number, what: string) => void
}

/** Times every operation at each size in turns, and search under load and in other states of the server. */
export async function measureOperations({ server, sizes, filled, measured }: Run): Promise<Measurement[]> {
  return withPlaces(server.server, sizes, filled, async (places) => {
    const each = (measure: (place: Place) => Promise<Sample[]>) => async () => {
      const samples: Sample[] = []
      for (const place of places) samples.push(...(await measure(place)))
      return samples
    }
    const steps: [string, () => Promise<Sample[]>][] = [
      ['load', each(measureLoad)],
      ['HTTP', () => measureHttp(places)],
      ['states', each((place) => withOwnerClient(place.database, (owner) => measureStates(place, owner)))],
      ['cold cache', each((place) => measureCold(place, server.restart))],
    ]
    const all = OPERATIONS.length + steps.length
    const samples = await inTurns(places, (done, name) => measured(done, all, name))
    for (const [step, [name, measure]] of steps.entries()) {
      samples.push(...(await measure()))
      measured(OPERATIONS.length + step + 1, all, name)
    }
    return samples.map(summarize)
  })
}

/** Creates and fills a database for each size, and drops all of them afterwards. */
async function withPlaces<T>(
  server: ConnectionString,
  [rows, ...others]: readonly number[],
  filled: (done: number, of: number) => void,
  work: (places: Place[]) => Promise<T>,
): Promise<T> {
  if (rows === undefined) return work([])
  return withThrowawayDatabase(server, async (database) => {
    const place = await withOwnerClient(database, async (owner): Promise<Place> => {
      const population = await populate(owner, rows, (done) => filled(done, rows))
      await owner.query(PLAIN_DESIGN)
      await owner.query('vacuum analyze')
      const subjects: Subjects[] = []
      for (const user of USERS) {
        const id = population[user]
        subjects.push({ user, id, of: await subjectsOf(owner, id) })
      }
      return { database, rows, population, subjects }
    })
    return withPlaces(server, others, filled, (places) => work([place, ...places]))
  })
}

/**
 * Times every operation on three sides with the same data, in turns, each side on one connection that all users share. Writes
 * are rolled back. The identity is set before the operation and timed separately.
 */
async function inTurns(
  places: readonly Place[],
  measured: (done: number, name: string) => void,
): Promise<Sample[]> {
  const { add, samples } = collector()
  const connected = places.map((place) => {
    const connect = () => new pg.Client(connectionOptions(place.database))
    return { ...place, clients: { ours: connect(), floor: connect(), plain: connect() } }
  })
  const all = connected.flatMap(({ clients }) => SIDES.map((side) => clients[side]))
  await Promise.all(all.map((client) => client.connect()))
  try {
    for (const [place, operation] of OPERATIONS.entries()) {
      const runs = RUNS[operation.prepare ? 'bulk' : operation.kind]
      // The first round warms the caches.
      for (let run = -1; run < runs; run++) {
        for (const { rows, subjects, clients } of connected) {
          for (const { user, of } of subjects) {
            // Rotate the order of the sides, because each affects the caches of the next.
            for (const side of rotated(SIDES, run + 1)) {
              if (side === 'plain' && run >= RUNS_OF_PLAIN) continue
              const subject = of(run + 1)
              const { identity, work } = await timed(clients[side], operation, side, subject)
              if (run < 0) continue
              add({ operation: operation.name, user, rows, side }, work)
              if (operation.kind === 'search')
                add({ operation: searchesOf(operation.name, subject.kind), user, rows, side }, work)
              if (side !== 'plain') add({ operation: IDENTITY, user, rows, side }, identity)
            }
          }
        }
      }
      measured(place + 1, operation.name)
    }
  } finally {
    await Promise.all(all.map((client) => client.end()))
  }
  return samples()
}

const IDENTITY = 'set role and claims (not in the other figures)'

function rotated<T>(list: readonly T[], by: number): T[] {
  const place = by % list.length
  return [...list.slice(place), ...list.slice(0, place)]
}
