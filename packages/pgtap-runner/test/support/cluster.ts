import { fileURLToPath } from 'node:url'
import { findHome } from 'postgres-kit/embedded/home.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'

export type Cluster = { readonly url: string; stop(): Promise<void> }

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url)).replace(/\/$/, '')

/** The URL of a superuser: of the server in PGTAP_RUNNER_TEST_URL, or of a throw-away server. */
export async function startCluster(): Promise<Cluster> {
  const given = process.env.PGTAP_RUNNER_TEST_URL
  if (given) return { url: given, stop: async () => {} }
  return startThrowaway()
}

export async function startThrowaway(): Promise<Cluster> {
  const place = {
    folder: folder('../../.embedded'),
    shared: '/var/lib/pgtap-runner',
    installed: { major: '17', project: folder('../../../..') },
  } as const
  const { server, remove } = await startThrowawayServer(
    findHome('17', place, () => {}),
    'test',
  )
  const url = new URL(server.url)
  url.searchParams.delete('sslmode')
  return { url: url.href, stop: remove }
}
