import type pg from 'pg'
import { databaseExists } from 'postgres-kit/database-exists.ts'
import { codeOf, Failure } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { bootstrap, hasAuth } from './bootstrap.ts'
import { APP_LOGIN } from './embedded.ts'
import { type EmbeddedTarget, maintenance, type Target } from './target.ts'

/**
 * Brings the embedded database to where migrations can begin: creates it, bootstraps it, and gives the login
 * `authenticator` its password. Does nothing to a database that was given.
 */
export async function prepareEmbeddedDatabase(target: Target): Promise<void> {
  if (target.kind !== 'embedded' || (await isPrepared(target))) return
  await withOwnerClient(maintenance(target), async (server) => {
    // Commands that begin side by side wait for each other here, and the second finds everything done.
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

/** A role is the server's: its password is the embedded server's own, and not that of an APP_DATABASE_URL elsewhere. */
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
