import type pg from 'pg'

/**
 * Runs `work` in a transaction as a user, so that policies, grants and defaults apply to what it writes. `becomeServer`
 * goes on as service_role in the same transaction.
 */
export async function asUser<T>(
  app: pg.ClientBase,
  userId: string,
  work: (becomeServer: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return inTransaction(app, async () => {
    await become(app, 'authenticated', userId)
    return work(() => become(app, 'service_role', userId))
  })
}

/** All of `work`, or nothing. */
export async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // What went wrong first is what counts.
    await client.query('rollback').catch(() => {})
    throw error
  }
}

async function become(app: pg.ClientBase, role: string, userId: string): Promise<void> {
  await app.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
    role,
    JSON.stringify({ sub: userId, role }),
  ])
}
