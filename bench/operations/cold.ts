import pg from 'pg'
import { connectionOptions } from 'postgres-kit/connection-options.ts'
import { collector, type Place, type Sample } from './measurement.ts'
import { OPERATIONS } from './operations.ts'
import { timed } from './timed.ts'

const RUNS = 10

/**
 * Times the first search on a new connection, first with the server's caches warm, then right after a restart, one search per
 * restart. A restart empties PostgreSQL's caches but not those of the operating system.
 */
export async function measureCold(
  { database, rows, subjects }: Place,
  restart: (() => Promise<void>) | undefined,
): Promise<Sample[]> {
  const { add, samples } = collector()
  const [search] = OPERATIONS
  if (!search) return []
  const name = `${search.name} on a new connection`
  for (const [operation, before] of [
    [name, async () => {}],
    [`${name}: after a restart`, restart],
  ] as const) {
    for (let run = 0; before && run < RUNS; run++) {
      for (const { user, of } of subjects) {
        await before()
        const client = new pg.Client(connectionOptions(database))
        await client.connect()
        const { work } = await timed(client, search, 'ours', of(run)).finally(() => client.end())
        add({ operation, user, rows, side: 'ours' }, work)
      }
    }
  }
  return samples()
}
