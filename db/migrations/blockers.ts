import { setTimeout as sleep } from 'node:timers/promises'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Session } from './session/session.ts'

/** A session that holds what a migration waits for. */
interface Blocker {
  pid: number
  application: string | null
  state: string | null
  query: string | null
  /** Of its transaction. */
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
 * Watches from another session who keeps this one waiting. Nothing is asked of the server in the first 200 ms.
 *
 * @returns ends the watch, and answers who was seen last, a line each
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
  // It is stopped by an error; a connection more that cannot be had is no reason to fail.
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
