import { fileURLToPath } from 'node:url'
import { packageHome } from 'postgres-kit/embedded/package-home.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'

export type Cluster = { readonly url: string; stop(): Promise<void> }

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url)).replace(/\/$/, '')

/** The superuser's URL of the server in PGTAP_RUNNER_TEST_URL, or of a throw-away server. */
export async function startCluster(): Promise<Cluster> {
  const given = process.env.PGTAP_RUNNER_TEST_URL
  if (given) return { url: given, stop: async () => {} }
  return startThrowaway()
}

export async function startThrowaway(): Promise<Cluster> {
  const home = packageHome(folder('../..'), folder('../../../..'))
  const { server, remove } = await startThrowawayServer(home, 'test')
  const url = new URL(server.url)
  url.searchParams.delete('sslmode')
  return { url: url.href, stop: remove }
}
