import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'

/** Key of the advisory lock that a deploy holds in its database: "centrid" in ASCII. */
const KEY = '27977547768818020'

const POLL_MS = 100

interface Holder {
  pid: number
  application: string
  since: string
}

/**
 * Takes the lock of a deploy, which is held until the session ends.
 *
 * Polls instead of waiting in PostgreSQL: CREATE INDEX CONCURRENTLY waits for every older transaction, so it would wait
 * forever for a transaction that waits for this lock.
 *
 * @param wait milliseconds
 * @param log called with the holder, once for each holder
 * @throws Failure (1) if another process still holds it after that time
 */
export async function takeLock(client: pg.Client, wait: number, log: (line: string) => void): Promise<void> {
  // A monotonic clock: the time of day may be set back.
  const deadline = performance.now() + wait
  let told = 0
  while (!(await tryLock(client))) {
    const holder = await findHolder(client)
    if (holder && holder.pid !== told) {
      told = holder.pid
      log(`Waiting for ${describe(holder)}, which migrates this database`)
    }
    if (performance.now() >= deadline) {
      throw failed(
        `${holder ? describe(holder) : 'another process'} is migrating this database, and has not ended within` +
          ` ${wait / 1000} s: nothing was done. Run this again, or set a larger MIGRATE_WAIT.` +
          (holder ? ` If that process hangs: select pg_terminate_backend(${holder.pid})` : ''),
      )
    }
    await sleep(POLL_MS)
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [KEY])
  return rows[0]?.taken === true
}

// pg_locks shows a 64-bit key as two numbers. Details that the login may not see are null.
const HOLDERS = `
  select pg_locks.pid, application_name as application, to_char(backend_start, 'HH24:MI:SS TZ') as since
  from pg_locks left join pg_stat_activity using (pid)
  where locktype = 'advisory' and granted and objsubid = 1
    and pg_locks.database = (select oid from pg_database where datname = current_database())
    and classid::bigint = $1::bigint >> 32 and objid::bigint = $1::bigint & 4294967295`

async function findHolder(client: pg.Client): Promise<Holder | undefined> {
  const { rows } = await client.query<{ pid: number; application: string | null; since: string | null }>(
    HOLDERS,
    [KEY],
  )
  const row = rows[0]
  return (
    row && { pid: row.pid, application: row.application ?? 'unknown', since: row.since ?? 'an unknown time' }
  )
}

function describe({ pid, application, since }: Holder): string {
  return `process ${pid} of the server (${application}, since ${since})`
}
