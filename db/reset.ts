import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { maintenance, refuseUnlessForced, type Target } from './target.ts'

/**
 * Drops the database and creates it again, empty.
 *
 * @throws Failure (2) for any database but the embedded server's, unless forced
 */
export async function resetDatabase(target: Target): Promise<void> {
  refuseUnlessForced(target, `reset would drop ${target.owner.name}`, 'make reset')
  await withOwnerClient(maintenance(target), async (client) => {
    const name = client.escapeIdentifier(target.owner.database)
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}`)
  })
}
