import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { DatabaseUnavailable, isCanceled, isPermissionDenied, isUnavailable } from '../../db/client/errors.ts'
import type { RootDb } from '../../db/client/root-db.ts'
import { withUser } from '../../db/client/with-identity.ts'

export interface Torture {
  db: RootDb
  /** Accounts with one document each. */
  users: readonly string[]
  /** Number of transactions of each account; the accounts run in parallel. */
  transactions: number
  /** The owner, who bypasses every policy and may kill connections. */
  owner: pg.Client
  /** Restarts the pooler, if there is one. */
  restart: (() => Promise<void>) | undefined
}

/** The outcome. The first three must be empty. */
export interface Outcome {
  /** Rows of another identity that a transaction saw. */
  foreign: string[]
  /** Rows that a query without identity saw. */
  anonymous: string[]
  /** Unexpected errors. */
  unexpected: string[]
  /** Number of transactions by outcome. */
  ends: Record<string, number>
}

/** Runs transactions of many identities on few connections, with failures of every kind. */
export async function torture({ db, users, transactions, owner, restart }: Torture): Promise<Outcome> {
  const outcome: Outcome = { foreign: [], anonymous: [], unexpected: [], ends: {} }
  const random = seeded(1)
  let running = true
  const note = (end: string) => {
    outcome.ends[end] = (outcome.ends[end] ?? 0) + 1
  }

  async function one(user: string): Promise<void> {
    const kind = pick(random())
    try {
      await KINDS[kind](db, user, outcome, random)
      note(kind)
    } catch (error) {
      if (error === CHANGED_MIND) note(kind)
      else if (isCanceled(error)) note('timed out')
      else if (error instanceof Error && error.name === 'AbortError') note('aborted')
      else if (isUnavailable(error)) note('lost its connection')
      else outcome.unexpected.push(`${kind}: ${error}`)
    }
  }

  /** Kills a connection of the server at intervals, and the pooler three times. */
  async function chaos(): Promise<void> {
    const total = users.length * transactions
    let restarts = 0
    while (running) {
      await sleep(50 + random() * 100)
      await owner.query(`select pg_terminate_backend(pid) from (
        select pid from pg_stat_activity
        where datname = current_database() and usename = 'authenticator' order by random() limit 1) as victim`)
      const done = Object.values(outcome.ends).reduce((sum, count) => sum + count, 0)
      if (restart && done > (total * (restarts + 1)) / 4 && restarts < 3) {
        restarts++
        await restart()
        note('pooler restarts')
      }
    }
  }

  const disturbing = chaos()
  await Promise.all(
    users.map(async (user) => {
      for (let n = 0; n < transactions; n++) await one(user)
    }),
  )
  running = false
  await disturbing
  return outcome
}

type Kind = (db: RootDb, user: string, outcome: Outcome, random: () => number) => Promise<void>

const CHANGED_MIND = new Error('changed my mind')

const KINDS = {
  'read in one query': async (db, user, outcome) => {
    const rows = await withUser(db, { sub: user }, (tx) =>
      tx.selectFrom('documents').select('user_id').execute(),
    )
    check(outcome, user, rows)
  },
  'read, then asked who is asking': (db, user, outcome) =>
    withUser(db, { sub: user }, async (tx) => {
      const { rows } = await sql<{ user_id: string }>`select user_id from public.documents`.execute(tx)
      check(outcome, user, rows)
      const { rows: who } = await sql<{ user_id: string }>`select auth.uid() as user_id`.execute(tx)
      check(outcome, user, who)
    }),
  'several at once': (db, user, outcome) =>
    withUser(db, { sub: user }, async (tx) => {
      const answers = await Promise.all([
        tx.selectFrom('documents').select('user_id').execute(),
        tx.selectFrom('user_profiles').select('user_id').execute(),
        sql<{ user_id: string }>`select auth.uid() as user_id`.execute(tx).then(({ rows }) => rows),
      ])
      for (const rows of answers) check(outcome, user, rows)
    }),
  'rolled back': (db, user, outcome) =>
    withUser(db, { sub: user }, async (tx) => {
      const rows = await tx
        .insertInto('documents')
        .values({ filename: 'undone', file_type: 'text', file_size: 1 })
        .returning('user_id')
        .execute()
      check(outcome, user, rows)
      throw CHANGED_MIND
    }),
  'beyond its time': (db, user) =>
    withUser(db, { sub: user }, (tx) => sql`select pg_sleep(5)`.execute(tx), { statementTimeoutMs: 5 }).then(
      () => {},
    ),
  aborted: async (db, user, _, random) => {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), random() * 10)
    try {
      await withUser(db, { sub: user }, (tx) => sql`select pg_sleep(0.01)`.execute(tx), {
        signal: abort.signal,
      })
    } finally {
      clearTimeout(timer)
    }
  },
  'disconnected in mid-transaction': async (db, user) => {
    const lease = await db.opened.pool.lease()
    try {
      await lease.client.query('begin')
      await lease.client.query(
        "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)",
        [JSON.stringify({ sub: user })],
      )
      lease.client.connection.stream.destroy()
    } catch (error) {
      throw new DatabaseUnavailable('killed meanwhile', error)
    } finally {
      lease.release(false)
    }
  },
  'without identity': async (db, _, outcome) => {
    for (const table of ['documents', 'user_profiles']) {
      try {
        const { rows } = await sql`select * from ${sql.table(`public.${table}`)}`.execute(db)
        outcome.anonymous.push(`${table}: ${rows.length} rows`)
      } catch (error) {
        if (!isPermissionDenied(error)) throw error
      }
    }
  },
} satisfies Record<string, Kind>

const SHARES: readonly [keyof typeof KINDS, number][] = [
  ['read in one query', 0.4],
  ['read, then asked who is asking', 0.15],
  ['several at once', 0.15],
  ['rolled back', 0.14],
  ['without identity', 0.1],
  ['beyond its time', 0.02],
  ['aborted', 0.02],
  ['disconnected in mid-transaction', 0.02],
]

function pick(chance: number): keyof typeof KINDS {
  let sum = 0
  for (const [kind, share] of SHARES) {
    sum += share
    if (chance < sum) return kind
  }
  return 'read in one query'
}

function check(outcome: Outcome, user: string, rows: readonly { user_id: string }[]): void {
  if (rows.length === 0) outcome.foreign.push(`${user} does not see the own row`)
  for (const row of rows)
    if (row.user_id !== user) outcome.foreign.push(`${user} saw a row of ${row.user_id}`)
}

/** Pseudo-random numbers, the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}
