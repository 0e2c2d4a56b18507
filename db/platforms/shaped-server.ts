import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { bootstrap } from '../bootstrap.ts'
import { embeddedHome } from '../embedded.ts'

/**
 * Runs `work` with an embedded server that imitates Supabase, and removes it afterwards.
 *
 * @param work receives the server's database `postgres`, as the role postgres, which is not a superuser
 */
export async function withSupabaseServer<T>(
  log: (line: string) => void,
  work: (server: ConnectionString) => Promise<T>,
): Promise<T> {
  const cluster = await startThrowawayServer(embeddedHome(log), 'supabase')
  try {
    await withOwnerClient(cluster.server, (client) => bootstrap(client, 'supabase'))
    return await work(cluster.server)
  } finally {
    await cluster.remove()
  }
}
