import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import { bootstrap } from '../../db/bootstrap.ts'

const TEMPLATE = 'bench template'

/**
 * Returns a function that creates a database in which every migration is pending: a copy of one after bootstrap.
 *
 * @param server any database of the server
 */
export async function pendingDatabases(server: ConnectionString): Promise<() => Promise<ConnectionString>> {
  await withOwnerClient(server, (client) => createDatabase(client, TEMPLATE, 'template0'))
  await withOwnerClient(withDatabase(server, TEMPLATE), (client) => bootstrap(client))
  let made = 0
  return async () => {
    const database = withDatabase(server, `bench pending ${++made}`)
    await withOwnerClient(server, (client) => createDatabase(client, database.database, TEMPLATE))
    return database
  }
}
