import type pg from 'pg'
import { become, callerOf } from 'postgres-kit/caller.ts'
import type { Operation, Side, Subject } from './operations.ts'

export interface Timed {
  /** Milliseconds of the statement that sets role and claims. */
  identity: number
  /** Milliseconds of the operation. */
  work: number
}

/**
 * Times one operation and rolls it back. Every side sends the same statements: the floor also sets a role, `none`, so that its
 * connection is as warm as the others.
 */
export async function timed(
  client: pg.Client,
  operation: Operation,
  side: Side,
  subject: Subject,
): Promise<Timed> {
  await client.query('begin')
  try {
    const caller = callerOf(side === 'floor' ? 'none' : 'authenticated', subject.user)
    const identity = await milliseconds(() => become(client, caller))
    const before = operation.prepare?.(side, subject)
    if (before) await client.query(before.sql, [...before.values])
    const { sql, values } = operation.statement(side, subject)
    return { identity, work: await milliseconds(() => client.query(sql, [...values])) }
  } finally {
    await client.query('rollback')
  }
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
