import { type ConnectionString, withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import { bootstrap } from '../../db/bootstrap.ts'

const TEMPLATE = 'bench template'

/**
 * Databases in which every migration is pending, one for each call: a copy of one that has what Supabase has.
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
