import { bootstrap, hasAuth } from '../bootstrap.ts'
import { withOwnerClient } from '../owner-client.ts'
import { ensureDatabase, type Target } from '../target.ts'

/**
 * Brings the embedded database to where migrations can begin: creates it, bootstraps it, and gives the login
 * `authenticator` its password. Does nothing to a database that was given.
 */
export async function prepareEmbeddedDatabase(target: Target): Promise<void> {
  if (target.kind !== 'embedded') return
  await ensureDatabase(target)
  await withOwnerClient(target.owner, async (client) => {
    if (await hasAuth(client)) return
    await bootstrap(client)
    const password = client.escapeLiteral(decodeURIComponent(target.app.url.password))
    await client.query(`alter role authenticator password ${password}`)
  })
}
