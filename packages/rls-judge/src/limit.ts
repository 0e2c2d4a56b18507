import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { codeOf } from 'postgres-kit/failure.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'

/** Default time limit of a statement of the suite. */
export const LIMIT_MS = 30_000

/** How long the client waits after the limit before it closes a connection that does not answer. */
const GRACE_MS = 5_000

/** A statement that exceeded the limit. */
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
  /** The statement that exceeded the limit; undefined for any other error. */
  endedStatement: (error: unknown) => Promise<string | undefined>
  close: () => Promise<void>
}

/**
 * Opens a connection with a limit for each statement. The server ends a statement after the limit. If the server still
 * does not answer, the client closes the connection, and the statement fails.
 */
export async function connectLimited(database: ConnectionString, limitMs: number): Promise<LimitedClient> {
  const client = await connectOwner(database)
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid
  await client.query(`set statement_timeout = ${Math.round(limitMs)}`)
  let given = false
  let answered = performance.now()
  // Emitted when no query is pending.
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

/** The current or last statement of a session. */
async function lastStatement(client: pg.Client, pid: number | undefined): Promise<string> {
  const { rows } = await client.query<{ query: string }>(
    'select query from pg_stat_activity where pid = $1',
    [pid],
  )
  // The backend of a closed connection may still be running.
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and state = 'active'",
    [pid],
  )
  return rows[0]?.query ?? 'unknown'
}
