import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { environmentError } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'

const ROUNDS = 2

/**
 * Refuses a pooler in transaction mode, which gives each transaction another session, so that session locks and settings
 * have no effect.
 *
 * Such a pooler gives another client the same backend while the session is idle, or changes the session's backend while
 * another client keeps that backend busy. A server, and a pooler in session mode, do neither.
 *
 * @throws Failure (2)
 */
export async function refuseTransactionPooler(
  client: pg.Client,
  connection: ConnectionString,
): Promise<void> {
  const first = await backend(client)
  for (let round = 0; round < ROUNDS; round++) {
    const shared = await withOwnerClient(connection, async (other) => {
      await other.query('begin')
      const pid = await backend(other)
      return pid === first || (await backend(client)) !== first
    })
    if (!shared) continue
    throw environmentError(
      `${connection.name} is a pooler in transaction mode, where session locks and settings are lost: nothing` +
        ' was done. Use the direct connection or the session port (Supabase: 5432) in DATABASE_URL',
    )
  }
}

async function backend(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}
