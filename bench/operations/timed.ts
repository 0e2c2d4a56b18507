import type pg from 'pg'
import { become, callerOf } from 'postgres-kit/caller.ts'
import type { Operation, Side, Subject } from './operations.ts'

/** Milliseconds of one operation, which is rolled back. The identity is set before the clock starts. */
export async function timed(
  client: pg.Client,
  operation: Operation,
  side: Side,
  subject: Subject,
): Promise<number> {
  await client.query('begin')
  try {
    if (side !== 'floor') await become(client, callerOf('authenticated', subject.user))
    const before = operation.prepare?.(side, subject)
    if (before) await client.query(before.sql, [...before.values])
    const { sql, values } = operation.statement(side, subject)
    const start = performance.now()
    await client.query(sql, [...values])
    return performance.now() - start
  } finally {
    await client.query('rollback')
  }
}
