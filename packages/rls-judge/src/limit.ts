import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { codeOf } from 'postgres-kit/failure.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'

/** How long a statement of the suite may take, where nothing else is said. */
export const LIMIT_MS = 30_000

/** How much later the connection is given up, where the server does not end the statement. */
const GRACE_MS = 5_000

/** A statement that was ended because it did not come back. */
export class Ended extends Error {
  constructor(statement: string) {
    super(statement)
    this.name = 'Ended'
  }
}

/** Whether the server ended this statement. A COPY without data ends with the same SQLSTATE. */
export function wasEnded(error: unknown, statement: string): boolean {
  return codeOf(error) === '57014' && !/^\s*copy\b/i.test(statement)
}

/** A connection on which no statement takes longer than the limit. */
export interface LimitedClient {
  client: pg.Client
  /** The statement that was ended, where one was. */
  endedStatement: (error: unknown) => Promise<string | undefined>
  close: () => Promise<void>
}

/**
 * Opens a connection whose statements the server ends after the limit. Where the server does not answer even then, the
 * connection is given up, and the statement fails.
 */
export async function connectLimited(database: ConnectionString, limitMs: number): Promise<LimitedClient> {
  const client = await connectOwner(database)
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid
  await client.query(`set statement_timeout = ${Math.round(limitMs)}`)
  let given = false
  let answered = performance.now()
  // Said whenever the server has answered everything that it was asked.
  client.on('drain', () => {
    answered = performance.now()
  })
  const watch = setInterval(
    () => {
      if (given || performance.now() - answered < limitMs + GRACE_MS) return
      given = true
      void client.end().catch(() => {})
    },
    Math.min(1_000, limitMs),
  )
  watch.unref()
  return {
    client,
    endedStatement: async (error) => {
      if (error instanceof Ended) return error.message
      if (!given && codeOf(error) !== '57014') return undefined
      return withOwnerClient(database, (other) => lastStatement(other, pid)).catch(() => 'unknown')
    },
    close: async () => {
      clearInterval(watch)
      if (given) return
      await client.query('rollback').catch(() => {})
      await client.end().catch(() => {})
    },
  }
}

/** The statement that a session runs, or ran last. */
async function lastStatement(client: pg.Client, pid: number | undefined): Promise<string> {
  const { rows } = await client.query<{ query: string }>(
    'select query from pg_stat_activity where pid = $1',
    [pid],
  )
  // What was given up may still run.
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and state = 'active'",
    [pid],
  )
  return rows[0]?.query ?? 'unknown'
}
