import { type ConnectionString, withLogin } from 'postgres-kit/connection-string.ts'
import { withSupabaseServer } from '../../db/platforms/shaped-server.ts'
import { withThrowawayDatabase } from '../../db/throwaway.ts'

/**
 * Runs `work` with a fresh migrated database on a server that imitates Supabase.
 *
 * @param work receives the database as the role postgres, and as supabase_admin, the superuser
 */
export async function withSupabaseDatabase<T>(
  work: (database: ConnectionString, admin: ConnectionString) => Promise<T>,
): Promise<T> {
  return withSupabaseServer(
    () => {},
    (server) =>
      withThrowawayDatabase(
        server,
        (database) =>
          work(database, withLogin(database, 'supabase_admin', decodeURIComponent(database.url.password))),
        'supabase',
      ),
  )
}
