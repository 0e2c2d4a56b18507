import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { isStronger, type LockMode } from './modes.ts'
import { readFiles, readLocks, readRelations } from './relations.ts'
import type { HeldLock } from './watch.ts'

const POLL_MS = 5
const LONGEST_MS = 60_000

/**
 * Runs a statement that cannot run in a transaction, such as CREATE INDEX CONCURRENTLY, and reads its locks from another
 * session. A writing transaction makes the statement wait, as it would in production, until its locks have been read.
 *
 * @param connect another session of the same database; the caller of `connect` ends it
 */
export async function watchAlone(
  client: pg.Client,
  statement: string,
  foreignSchemas: readonly string[],
  connect: () => Promise<pg.Client>,
): Promise<HeldLock[]> {
  const [writer, observer] = [await connect(), await connect()]
  try {
    const relations = await readRelations(observer, foreignSchemas)
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const pid = rows[0]?.pid ?? 0
    await writer.query('begin')
    const tables = [...relations.values()].filter(({ isTable }) => isTable).map(({ name }) => name)
    if (tables.length > 0) await writer.query(`lock table ${tables.join(', ')} in row exclusive mode`)
    const since = performance.now()
    let state: 'running' | 'done' = 'running'
    const run = client.query(statement).finally(() => {
      state = 'done'
    })
    run.catch(() => {})
    const taken = new Map<number, LockMode>()
    while (state === 'running' && performance.now() - since < LONGEST_MS) {
      // Check this first: when it waits, it holds all the locks that it takes.
      const waits = await isWaiting(observer, pid)
      for (const [oid, mode] of await readLocks(observer, pid)) {
        const before = taken.get(oid)
        if (!before || isStronger(mode, before)) taken.set(oid, mode)
      }
      if (waits) break
      await sleep(POLL_MS)
    }
    await writer.query('rollback')
    await run
    const files = await readFiles(observer)
    const milliseconds = performance.now() - since
    return [...taken].flatMap(([oid, mode]) => {
      const relation = relations.get(oid)
      if (!relation) return []
      const rewritten = files.has(oid) && files.get(oid) !== relation.file
      return [{ object: relation.name, mode, statement: 1, milliseconds, reads: [relation.name], rewritten }]
    })
  } finally {
    await writer.end()
    await observer.end()
  }
}

async function isWaiting(observer: pg.Client, pid: number): Promise<boolean> {
  const { rows } = await observer.query<{ waits: boolean }>(
    "select wait_event_type = 'Lock' as waits from pg_stat_activity where pid = $1",
    [pid],
  )
  return rows[0]?.waits === true
}
