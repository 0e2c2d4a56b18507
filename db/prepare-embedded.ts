import type pg from 'pg'
import { databaseExists } from 'postgres-kit/database-exists.ts'
import { codeOf, Failure } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { bootstrap, hasAuth } from './bootstrap.ts'
import { APP_LOGIN } from './embedded.ts'
import { type EmbeddedTarget, maintenance, type Target } from './target.ts'

/**
 * Prepares the embedded database for migrations: creates it, bootstraps it, and sets the password of the login
 * `authenticator`. Does nothing if DATABASE_URL is set.
 */
export async function prepareEmbeddedDatabase(target: Target): Promise<void> {
  if (target.kind !== 'embedded' || (await isPrepared(target))) return
  await withOwnerClient(maintenance(target), async (server) => {
    // Concurrent commands wait for each other here; the second one finds everything done.
    await server.query('select pg_advisory_lock(hashtext($1))', ['centrid_prepare'])
    if (await isPrepared(target)) return
    const name = target.owner.database
    if (!(await databaseExists(server, name))) {
      await server.query(`create database ${server.escapeIdentifier(name)}`)
    }
    await withOwnerClient(target.owner, async (client) => {
      await bootstrap(client)
      await setPassword(client, target)
    })
  })
}

/** Sets the embedded server's own password. The one in APP_DATABASE_URL may belong to another server. */
async function setPassword(client: pg.Client, { appPassword }: EmbeddedTarget): Promise<void> {
  await client.query(
    `alter role ${client.escapeIdentifier(APP_LOGIN)} password ${client.escapeLiteral(appPassword)}`,
  )
}

async function isPrepared({ owner }: Target): Promise<boolean> {
  try {
    return await withOwnerClient(owner, hasAuth)
  } catch (error) {
    if (error instanceof Failure && codeOf(error.cause) === '3D000') return false
    throw error
  }
}
