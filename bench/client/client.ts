import type { DB } from '@centrid/db-types'
import { type Kysely, Kysely as KyselyDatabase, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { type ConnectionString, parseConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { openDatabase } from '../../db/client/database.ts'
import type { UserDb } from '../../db/client/handles.ts'
import { insertChunks, type NewChunk } from '../../db/client/insert-chunks.ts'
import { singleConnectionPool } from '../../db/client/pool.ts'
import type { RootDb } from '../../db/client/root-db.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { prepareEmbeddedDatabase } from '../../db/prepare-embedded.ts'
import type { Target } from '../../db/target.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'
import { milliseconds } from '../operations/timed.ts'
import { startProxy, type TcpProxy } from '../proxy.ts'
import { type Figures, figuresOf, quantile, rounded } from '../statistics.ts'
import { inTurns } from '../turns.ts'
import { fill } from './fill.ts'

/** Times in milliseconds. */
export interface Cost extends Figures {
  call: string
  roundTrips: number
  /** Ratio of its median to that of the bare query of the same kind, with the same latency. */
  ratio: number
}

export interface ClientResults {
  /** By added latency: "0 ms", … */
  costs: Record<string, Cost[]>
  /** Rows per second inserted into document_chunks as a user, for 5,000 chunks. */
  chunks: { unnest: number; values: number }
}

/** Measures the cost of the identity: calls with one query, against the query alone on a connection that has the identity. */
export async function benchClient(target: Target, log: (line: string) => void): Promise<ClientResults> {
  await prepareEmbeddedDatabase(target)
  return withThrowawayDatabase(target.owner, (ownerAddress) =>
    withOwnerClient(ownerAddress, async (owner) => {
      const user = await fill(owner, 50)
      const app = withDatabase(target.app, ownerAddress.database)
      const costs: Record<string, Cost[]> = {}
      for (const [latency, rounds, calls] of [
        [0, 9, 400],
        [1, 5, 60],
        [20, 3, 15],
      ] as const) {
        log(`${latency} ms of added latency`)
        costs[`${latency} ms`] = await measureCosts(app, user, latency, rounds, calls)
      }
      return { costs, chunks: await measureChunks(app, owner, user) }
    }),
  )
}

type Call = (db: RootDb, bare: Kysely<DB>) => Promise<unknown>

function calls(user: string): { kind: 'read' | 'write'; call: string; run: Call }[] {
  const read = (db: Pick<Kysely<DB>, 'selectFrom'>) =>
    db
      .selectFrom('documents')
      .select(['id', 'filename', 'created_at'])
      .orderBy('created_at', 'desc')
      .limit(20)
      .execute()
  const update = (db: Pick<Kysely<DB>, 'updateTable'>) =>
    db.updateTable('user_profiles').set({ name: 'bench' })
  const write = (db: Pick<Kysely<DB>, 'updateTable'>) => update(db).execute()
  const naive = (query: (tx: Kysely<DB>) => Promise<unknown>) => (bare: Kysely<DB>) =>
    bare.transaction().execute(async (tx) => {
      await sql`select set_config('role', 'authenticated', true),
        set_config('request.jwt.claims', ${JSON.stringify({ sub: user })}, true)`.execute(tx)
      await query(tx)
    })
  return [
    { kind: 'read', call: 'read: bare query', run: (_, bare) => read(bare) },
    { kind: 'read', call: 'read: withUser', run: (db) => withUser(db, { sub: user }, read) },
    { kind: 'read', call: 'read: begin, set, query, commit one by one', run: (_, bare) => naive(read)(bare) },
    { kind: 'write', call: 'write: bare query', run: (_, bare) => write(bare) },
    { kind: 'write', call: 'write: withUser', run: (db) => withUser(db, { sub: user }, write) },
    {
      kind: 'write',
      call: 'write: withUser, returned',
      run: (db) => withUser(db, { sub: user }, update),
    },
    {
      kind: 'write',
      call: 'write: begin, set, query, commit one by one',
      run: (_, bare) => naive(write)(bare),
    },
  ]
}

async function measureCosts(
  app: ConnectionString,
  user: string,
  latency: number,
  rounds: number,
  perRound: number,
): Promise<Cost[]> {
  const proxy = await startProxy({ host: app.host, port: Number(app.url.port) }, latency)
  const counted = withPort(app, proxy.port)
  // Without added latency, connect directly, because the proxy would dominate the time.
  const direct = latency === 0 ? app : counted
  const trips = await withBoth(counted, user, (db, bare) => countTrips(user, db, bare, proxy))
  const samples = await withBoth(direct, user, async (db, bare) => {
    const sample = new Map<string, number[]>()
    for (let round = 0; round < rounds; round++) {
      // All calls in each round, so that other load on the machine affects all of them.
      for (const { call, run } of calls(user)) {
        const times = sample.get(call) ?? []
        sample.set(call, times)
        for (let n = 0; n < perRound; n++) {
          const start = performance.now()
          await run(db, bare)
          times.push(performance.now() - start)
        }
      }
    }
    return sample
  })
  await proxy.close()
  const median = (call: string) => quantile(samples.get(call) ?? [], 0.5)
  return calls(user).map(({ kind, call }) => ({
    call,
    roundTrips: trips.get(call) ?? 0,
    ...figuresOf(samples.get(call) ?? []),
    ratio: rounded(median(call) / median(`${kind}: bare query`)),
  }))
}

async function countTrips(
  user: string,
  db: RootDb,
  bare: Kysely<DB>,
  proxy: TcpProxy,
): Promise<Map<string, number>> {
  const trips = new Map<string, number>()
  for (const { call, run } of calls(user)) {
    await run(db, bare)
    proxy.reset()
    await run(db, bare)
    trips.set(call, proxy.roundTrips())
  }
  return trips
}

/** Opens a root database, and a connection whose session already has the identity. */
async function withBoth<T>(
  address: ConnectionString,
  user: string,
  work: (db: RootDb, bare: Kysely<DB>) => Promise<T>,
): Promise<T> {
  const db = openDatabase(address, { max: 1 })
  const bare = new KyselyDatabase<DB>({
    dialect: new PostgresDialect({ pool: singleConnectionPool(address, 'bench') }),
  })
  try {
    await sql`select set_config('role', 'authenticated', false),
      set_config('request.jwt.claims', ${JSON.stringify({ sub: user })}, false)`.execute(bare)
    return await work(db, bare)
  } finally {
    await Promise.all([db.destroy(), bare.destroy()])
  }
}

const CHUNKS = 5_000
const CHUNK_ROUNDS = 9

/** Both ways in turns: what else the machine does falls on both. */
async function measureChunks(
  app: ConnectionString,
  owner: pg.Client,
  user: string,
): Promise<ClientResults['chunks']> {
  const db = openDatabase(app, { max: 1 })
  const undo = new Error('undo')
  const chunks: NewChunk[] = Array.from({ length: CHUNKS }, (_, n) => ({
    chunk_index: n,
    content: `${n} ${'some words of a chunk that is as long as chunks are '.repeat(10)}`,
  }))
  const ways = {
    unnest: insertChunks,
    values: (tx: UserDb, id: string) =>
      tx
        .insertInto('document_chunks')
        .values(chunks.map((chunk) => ({ document_id: id, ...chunk })))
        .execute(),
  }
  const insert = async (way: 'unnest' | 'values') => {
    // What the round before left behind.
    await owner.query('vacuum public.document_chunks')
    let time = Number.NaN
    await withUser(db, { sub: user }, async (tx) => {
      const { id } = await tx.selectFrom('documents').select('id').limit(1).executeTakeFirstOrThrow()
      time = await milliseconds(() => ways[way](tx, id, chunks))
      throw undo
    }).catch((error: unknown) => {
      if (error !== undo) throw error
    })
    return time
  }
  try {
    const times = await inTurns(['unnest', 'values'] as const, CHUNK_ROUNDS, insert)
    const rate = (way: 'unnest' | 'values') => rounded((CHUNKS * 1000) / quantile(times.get(way) ?? [], 0.5))
    return { unnest: rate('unnest'), values: rate('values') }
  } finally {
    await db.destroy()
  }
}

function withPort(address: ConnectionString, port: number): ConnectionString {
  const url = new URL(address.url)
  url.port = String(port)
  return parseConnectionString(url.href)
}
