import { totalmem } from 'node:os'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { embeddedHome } from '../../db/embedded.ts'
import { readSettings } from '../../db/settings.ts'
import { findTarget, maintenance } from '../../db/target.ts'

/** The server of the benchmark, and a function that restarts it if this run started it. */
export interface BenchServer {
  server: ConnectionString
  restart?: () => Promise<void>
}

/**
 * Runs on a server of its own, which may be restarted, or on the one at DATABASE_URL. Its shared_buffers are a quarter of the
 * memory, as PostgreSQL's manual advises, so that warm figures include no file reads.
 */
export async function withBenchServer(
  log: (line: string) => void,
  work: (server: BenchServer) => Promise<void>,
): Promise<void> {
  if (readSettings().databaseUrl !== undefined) return work({ server: maintenance(await findTarget(log)) })
  const { server, restart, remove } = await startThrowawayServer(embeddedHome(log), 'bench', {
    shared_buffers: `${Math.round(totalmem() / 4 / 2 ** 20)}MB`,
  })
  const end = () => void remove().then(() => process.exit(130))
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    await work({ server, restart })
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
    await remove()
  }
}
