import type pg from 'pg'

/** Runs `work` in one transaction. */
export async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // Throw the first error, not that of ROLLBACK.
    await client.query('rollback').catch(() => {})
    throw error
  }
}
