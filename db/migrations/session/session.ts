import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { failed } from 'postgres-kit/failure.ts'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { takeLock } from './lock.ts'
import { refuseTransactionPooler } from './refuse-pooler.ts'

/** The session of a deploy. It holds the lock and runs all migrations. */
export interface Session {
  client: pg.Client
  connection: ConnectionString
  /** Process id of the server's backend. */
  pid: number
  /** Whether to write to the Supabase CLI's ledger as well. */
  supabase: boolean
  /** Extensions that existed before the migrations that create them. */
  extensions: readonly string[]
}

// If the client machine fails, the lock must not be held for TCP's default of two hours.
const SETTINGS = {
  application_name: `centrid migrate (${hostname()}, process ${process.pid})`,
  tcp_keepalives_idle: '15',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
}

const GONE_MS = 10_000

/**
 * Runs `work` with the lock of the database, and releases it by ending the session.
 *
 * @param wait milliseconds to wait for another deploy
 */
export async function withSession<T>(
  connection: ConnectionString,
  { wait, log }: { wait: number; log: (line: string) => void },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = await connectOwner(connection)
  let pid = 0
  try {
    await refuseTransactionPooler(client, connection)
    pid = await prepare(client)
    await takeLock(client, wait, log)
    return await work({ client, connection, pid, supabase: false, extensions: [] })
  } finally {
    await client.end().catch(() => {})
  }
}

/** @returns the server's process id */
async function prepare(client: pg.Client): Promise<number> {
  for (const [name, value] of Object.entries(SETTINGS)) {
    await client.query('select set_config($1, $2, false)', [name, value])
  }
  // If the client is gone, its statement is ended within a second. (Not supported on every platform.)
  await client.query("set client_connection_check_interval = '1s'").catch(() => {})
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}

/**
 * Ends a session, and waits until the server has rolled back its transaction. If the server cannot be reached, it rolls back
 * by itself, and the next deploy waits for the lock.
 */
export async function endSession({ connection, pid }: Session): Promise<void> {
  const client = await connectOwner(connection).catch(() => undefined)
  if (!client) return
  try {
    await client.query('select pg_terminate_backend($1)', [pid])
    const deadline = performance.now() + GONE_MS
    while ((await client.query('select from pg_stat_activity where pid = $1', [pid])).rowCount !== 0) {
      if (performance.now() > deadline) throw failed(`process ${pid} of the server did not end`)
      await sleep(20)
    }
  } finally {
    await client.end().catch(() => {})
  }
}
