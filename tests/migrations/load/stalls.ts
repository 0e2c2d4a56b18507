import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'

const SAMPLE_MS = 20

/** Milliseconds that a statement of a client waits for a lock by now, and the query. By the server's own clock. */
const WAITING = `
  select (extract(epoch from clock_timestamp() - waitstart) * 1000)::float8 as milliseconds, query
  from pg_locks join pg_stat_activity using (pid)
  where not granted and waitstart is not null and application_name = $1
  order by waitstart limit 1`

export interface Stalls {
  /** The longest that a statement waited for a lock, in milliseconds: as often as it is asked, the server's own figure. */
  longest(): number
  end(): Promise<{ milliseconds: number; query: string }>
}

/**
 * Watches how long statements wait for locks. That is what a migration does to others; how long a statement takes in all
 * is also the machine's affair.
 */
export function watchStalls(connection: ConnectionString, application: string): Stalls {
  let longest = { milliseconds: 0, query: '' }
  let ended = false
  const watching = withOwnerClient(connection, async (client) => {
    while (!ended) {
      const { rows } = await client.query<typeof longest>(WAITING, [application])
      const [row] = rows
      if (row && row.milliseconds > longest.milliseconds) longest = row
      await sleep(SAMPLE_MS)
    }
  })
  return {
    longest: () => longest.milliseconds,
    end: async () => {
      ended = true
      await watching
      return longest
    },
  }
}
