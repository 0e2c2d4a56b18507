import { createHash } from 'node:crypto'
import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { codeOf, messageOf } from 'postgres-kit/failure.ts'
import type { Sent } from './sent.ts'
import type { Answer } from './statement.ts'
import { TABLES, type Value } from './tables.ts'

/** Connections of the API's login, followed by one of the database's owner. */
export interface Connections {
  send: (sent: Sent) => Promise<Answer>
  /** Ends all transactions, drops all prepared statements, empties the tables, and runs the SQL as owner. */
  reset: (sql: string) => Promise<Answer>
  close: () => Promise<void>
}

const EMPTY = ['auth.users', ...TABLES.map((table) => `public.${table}`)]
  .map((table) => `delete from ${table};`)
  .join(' ')

// No user should wait for another. A statement that waits fails with 55P03, which the model never expects.
const SESSION = "set lock_timeout = '3s'; set statement_timeout = '20s'; set client_min_messages = error"

/**
 * @param app login `authenticator`; if it is the owner's login, sessions become `authenticator` after login
 */
export async function connect(
  owner: ConnectionString,
  app: ConnectionString,
  count: number,
): Promise<Connections> {
  const isOwn = app.url.username === owner.url.username
  const clients: pg.Client[] = []
  for (let n = 0; n <= count; n++) {
    const client = new pg.Client({
      ...connectionOptions(n === count ? owner : app),
      application_name: 'centrid-fuzz',
      // Values remain text, as in the model.
      types: { getTypeParser: () => (text: string) => text },
    })
    client.on('error', () => {})
    await client.connect()
    if (n < count && isOwn) await client.query('set session authorization authenticator')
    await client.query(SESSION)
    clients.push(client)
  }
  const ownerClient = clients[count]
  let run = 0
  return {
    send: (sent) => send(clients[sent.connection], sent, run),
    reset: async (sql) => {
      run++
      for (const client of clients) await client.query('rollback; deallocate all')
      if (!ownerClient) throw new Error('no connection of the owner')
      await ownerClient.query(EMPTY)
      return send(ownerClient, { text: sql, values: [] }, run)
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => {})))
    },
  }
}

async function send(
  client: pg.Client | undefined,
  { text, values, prepared }: Pick<Sent, 'text' | 'values' | 'prepared'>,
  run: number,
): Promise<Answer> {
  if (!client) throw new Error('no such connection')
  const name = prepared ? `${run}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}` : undefined
  try {
    const result = await client.query<Value[]>({
      text,
      values: [...values],
      rowMode: 'array',
      ...(name === undefined ? {} : { name }),
    })
    return { count: result.rowCount ?? 0, rows: result.rows }
  } catch (error) {
    return { error: codeOf(error) ?? messageOf(error) }
  }
}

/** Whether the database answered what the model expected. */
export function agrees(expected: Answer | undefined, got: Answer): boolean {
  if (expected === undefined) return !('error' in got)
  if ('error' in expected || 'error' in got) {
    if (!('error' in expected && 'error' in got)) return false
    return expected.error === got.error || expected.or?.includes(got.error) === true
  }
  if (expected.count !== got.count) return false
  if (!('rows' in got)) return false
  const seen = got.rows.map((row) => JSON.stringify(row))
  if ('rows' in expected) {
    const wanted = expected.rows.map((row) => JSON.stringify(row))
    return seen.toSorted().join() === wanted.toSorted().join()
  }
  const allowed = new Set(expected.among.map((row) => JSON.stringify(row)))
  return new Set(seen).size === seen.length && seen.every((row) => allowed.has(row))
}
