import type pg from 'pg'
import { asCaller, become, callerOf } from 'postgres-kit/caller.ts'

/**
 * Runs `work` in a transaction as a user, so that policies, grants and defaults apply to what it writes. `becomeServer`
 * switches to service_role in the same transaction.
 */
export async function asUser<T>(
  app: pg.ClientBase,
  userId: string,
  work: (becomeServer: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return asCaller(app, callerOf('authenticated', userId), () =>
    work(() => become(app, callerOf('service_role', userId))),
  )
}
