import { setTimeout as sleep } from 'node:timers/promises'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Session } from './session/session.ts'

/** A session that holds a lock for which a migration waits. */
interface Blocker {
  pid: number
  application: string | null
  state: string | null
  query: string | null
  /** Age of its transaction. */
  seconds: number | null
}

const POLL_MS = 200

const BLOCKERS = `
  select pid, application_name as application, state,
    left(regexp_replace(query, '\\s+', ' ', 'g'), 300) as query,
    extract(epoch from clock_timestamp() - xact_start)::int as seconds
  from pg_stat_activity
  where pid = any (pg_blocking_pids($1))
  order by xact_start`

/**
 * Finds the sessions that block this one, from another session. It sends no query in the first 200 ms.
 *
 * @returns a function that ends watching and returns the last blockers, one per line
 */
export function watchBlockers({ connection, pid }: Session): () => Promise<string[]> {
  const stop = new AbortController()
  let seen: Blocker[] = []
  const pause = () => sleep(POLL_MS, undefined, { signal: stop.signal })
  const watch = async () => {
    await pause()
    await withOwnerClient(connection, async (client) => {
      for (;;) {
        const { rows } = await client.query<Blocker>(BLOCKERS, [pid])
        if (rows.length > 0) seen = rows
        await pause()
      }
    })
  }
  // An error ends watching. The migration must not fail because no further connection is available.
  const ended = watch().catch(() => {})
  return async () => {
    stop.abort()
    await ended
    return seen.map(describe)
  }
}

function describe({ pid, application, state, query, seconds }: Blocker): string {
  const age = seconds === null ? '' : `, in a transaction for ${seconds} s`
  return `held up by process ${pid} (${application || 'no name'}, ${state ?? 'state unknown'}${age}): ${query ?? 'query unknown'}`
}
