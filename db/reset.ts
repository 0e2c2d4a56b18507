import { usageError } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { isSupabase } from './platforms/is-supabase.ts'
import { maintenance, refuseUnlessForced, type Target } from './target.ts'

/**
 * Drops the database and creates it again, empty.
 *
 * @throws Failure (2) for any database except the embedded server's, unless forced; always for Supabase
 */
export async function resetDatabase(target: Target): Promise<void> {
  refuseUnlessForced(target, `reset would drop ${target.owner.name}`, 'make reset')
  if (target.kind === 'given') await refuseSupabase(target)
  await withOwnerClient(maintenance(target), async (client) => {
    const name = client.escapeIdentifier(target.owner.database)
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}`)
  })
}

/** Refuses Supabase: the project's accounts, files and extensions would be dropped with the database and could not be restored. */
async function refuseSupabase({ owner }: Target): Promise<void> {
  if (!(await withOwnerClient(owner, isSupabase))) return
  throw usageError(
    `${owner.name} is on Supabase: reset would drop auth, storage and extensions of the platform too. Nothing was done. ` +
      'To drop what migrations/ created: FORCE=1 make rollback, once for each migration',
  )
}
