import type pg from 'pg'
import { asCaller, callerOf } from 'postgres-kit/caller.ts'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { connectOwner } from 'postgres-kit/owner-client.ts'

export const APPLICATION = 'load client'

/** A user's transactions: reads, and writes of rows that other clients do not write. */
const TRANSACTIONS: readonly (readonly string[])[] = [
  ['select id, filename from public.documents order by created_at desc limit 5'],
  [
    "insert into public.documents (filename, file_type, file_size, content_text) values ('new', 'text/plain', 1, 'words of a new document')",
    'select count(*) from public.documents where created_at > now()',
  ],
  ["select id, headline from public.search_documents('words')"],
  [
    "update public.documents set filename = 'changed' where id = (select id from public.documents order by created_at desc limit 1)",
  ],
  ["insert into public.agent_requests (agent_type, content) values ('summary', 'of all')"],
  ["delete from public.documents where filename = 'changed'"],
]

export interface Clients {
  /** Number of transactions of each client. */
  done(): number[]
  /** Ends the clients; returns their errors. */
  end(): Promise<string[]>
}

/** Starts one client per user, which reads and writes continuously. */
export async function startClients(connection: ConnectionString, users: readonly string[]): Promise<Clients> {
  const errors: string[] = []
  const done = users.map(() => 0)
  let ended = false
  const run = async (user: string, n: number) => {
    const client: pg.Client = await connectOwner(connection)
    await client.query("select set_config('application_name', $1, false)", [APPLICATION])
    for (let turn = n; !ended; turn++) {
      const statements = TRANSACTIONS[turn % TRANSACTIONS.length] ?? []
      const work = async () => {
        for (const statement of statements) await client.query(statement)
      }
      await asCaller(client, callerOf('authenticated', user), work).catch((error) =>
        errors.push(`${statements}: ${error}`),
      )
      done[n] = (done[n] ?? 0) + 1
    }
    await client.end()
  }
  const running = Promise.all(users.map(run))
  return {
    done: () => [...done],
    end: async () => {
      ended = true
      await running
      return errors
    },
  }
}
