import { loadavg } from 'node:os'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Environment } from '../results.ts'
import { circumstances, memory } from '../results-file.ts'
import { rounded } from '../statistics.ts'
import { SEED, USERS } from './population.ts'

/** On what the operations were measured. */
export async function environmentOf(server: ConnectionString, rows: readonly number[]): Promise<Environment> {
  const postgres = await withOwnerClient(server, async (client) => {
    const { rows: answers } = await client.query<{ server_version: string }>('show server_version')
    return answers[0]?.server_version ?? ''
  })
  const load = rounded(loadavg()[1] ?? 0)
  return { ...circumstances(), postgres, memory_gb: memory(), load, rows, users: USERS + 1, seed: SEED }
}
