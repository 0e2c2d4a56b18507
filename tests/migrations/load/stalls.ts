import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'

const SAMPLE_MS = 20

/** The current lock wait of each client's statement in milliseconds, by the server's clock, and the query. */
const WAITING = `
  select (extract(epoch from clock_timestamp() - waitstart) * 1000)::float8 as milliseconds, query
  from pg_locks join pg_stat_activity using (pid)
  where not granted and waitstart is not null and application_name = $1
  order by waitstart limit 1`

export interface Stalls {
  /** The longest observed lock wait of a statement, in milliseconds. */
  longest(): number
  end(): Promise<{ milliseconds: number; query: string }>
}

/**
 * Polls how long statements wait for locks, which is the effect of a migration on other sessions. The total time of a
 * statement also depends on the machine.
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
