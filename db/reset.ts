import { misuse } from './failure.ts'
import { withOwnerClient } from './owner-client.ts'
import { maintenance, type Target } from './target.ts'

/**
 * Drops the database and creates it again, empty.
 *
 * @param force needed for any database but the embedded server's
 * @throws Failure (2) without it
 */
export async function resetDatabase(target: Target, force: boolean): Promise<void> {
  if (target.kind !== 'embedded' && !force) {
    throw misuse(
      `reset would drop ${target.owner.name}, which is not the embedded server: nothing was done.` +
        ' If that is what you want: FORCE=1 make reset',
    )
  }
  await withOwnerClient(maintenance(target), async (client) => {
    const name = client.escapeIdentifier(target.owner.database)
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}`)
  })
}
