import { loadavg } from 'node:os'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Environment } from '../results.ts'
import { circumstances, memory } from '../results-file.ts'
import { rounded } from '../statistics.ts'
import { SEED, USERS } from './population.ts'

/** The machine, server and data of the measurement. */
export async function environmentOf(server: ConnectionString, rows: readonly number[]): Promise<Environment> {
  const settings = await withOwnerClient(server, async (client) => {
    const { rows: given } = await client.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from pg_settings where name = any ($1) order by name',
      [SETTINGS],
    )
    return Object.fromEntries(given.map(({ name, value }) => [name, value]))
  })
  const { server_version: postgres = '', ...configuration } = settings
  const load = rounded(loadavg()[1] ?? 0)
  return {
    ...circumstances(),
    postgres,
    configuration,
    memory_gb: memory(),
    load,
    rows,
    users: USERS + 1,
    seed: SEED,
  }
}

const SETTINGS = [
  'fsync',
  'full_page_writes',
  'jit',
  'server_version',
  'shared_buffers',
  'synchronous_commit',
  'work_mem',
]
