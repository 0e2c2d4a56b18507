import type pg from 'pg'
import { isStronger, type LockMode } from './modes.ts'
import { type Relation, readFiles, readLocks, readRelations, readScans } from './relations.ts'

/** The effect of a migration on other sessions that use an existing relation. */
export interface HeldLock {
  object: string
  /** The strongest lock. */
  mode: LockMode
  /** Number of the statement that took it, from 1. It is held until the end of the transaction. */
  statement: number
  /** From the end of the previous statement to the end of the transaction. */
  milliseconds: number
  /** Tables that are read completely while it is held. */
  reads: readonly string[]
  /** Whether the table is rewritten. */
  rewritten: boolean
}

/**
 * Runs the statements of a migration in one transaction, commits it, and records their locks. Tables must contain a few
 * rows, otherwise a full read cannot be detected.
 *
 * @param foreignSchemas schemas whose relations are not watched
 * @param begins called with the number of each statement, from 1
 */
export async function watchTransaction(
  client: pg.Client,
  statements: readonly string[],
  foreignSchemas: readonly string[],
  begins: (statement: number) => void = () => {},
): Promise<HeldLock[]> {
  const relations = await readRelations(client, foreignSchemas)
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid ?? 0
  const taken = new Map<number, { mode: LockMode; statement: number; since: number; reads: Set<string> }>()
  await client.query('begin')
  try {
    let scans = await readScans(client)
    for (const [index, statement] of statements.entries()) {
      const since = performance.now()
      begins(index + 1)
      await client.query(statement)
      for (const [oid, mode] of await readLocks(client, pid)) {
        const before = taken.get(oid)
        if (!before || isStronger(mode, before.mode))
          taken.set(oid, { mode, statement: index + 1, since, reads: new Set() })
      }
      const now = await readScans(client)
      for (const name of readWhole(relations, scans, now))
        for (const lock of taken.values()) lock.reads.add(name)
      scans = now
    }
    const files = await readFiles(client)
    await client.query('commit')
    const end = performance.now()
    return [...taken]
      .flatMap(([oid, { mode, statement, since, reads }]) => {
        const relation = relations.get(oid)
        if (!relation) return []
        const rewritten = files.has(oid) && files.get(oid) !== relation.file
        return [
          {
            object: relation.name,
            mode,
            statement,
            milliseconds: end - since,
            reads: [...reads].sort(),
            rewritten,
          },
        ]
      })
      .sort((a, b) => (a.object < b.object ? -1 : 1))
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Tables that were read completely. */
function readWhole(
  relations: ReadonlyMap<number, Relation>,
  before: ReadonlyMap<number, number>,
  now: ReadonlyMap<number, number>,
): string[] {
  return [...now].flatMap(([oid, rows]) => {
    const relation = relations.get(oid)
    return relation && relation.rows > 0 && rows - (before.get(oid) ?? 0) >= relation.rows
      ? [relation.name]
      : []
  })
}
