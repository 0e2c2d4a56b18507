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
  await app.query('begin')
  try {
    await become(app, 'authenticated', userId)
    const result = await work(() => become(app, 'service_role', userId))
    await app.query('commit')
    return result
  } catch (error) {
    // What went wrong first is what counts.
    await app.query('rollback').catch(() => {})
    throw error
  }
}

async function become(app: pg.ClientBase, role: string, userId: string): Promise<void> {
  await app.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
    role,
    JSON.stringify({ sub: userId, role }),
  ])
}
