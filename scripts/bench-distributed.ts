import { runCommand } from 'command-line/run-command.ts'
import { say } from 'command-line/terminal.ts'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { usageError } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { benchPlace, type Place } from '../bench/distributed/distributed.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findTarget } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

await runCommand(async () => {
  const url = process.env.CITUS_URL
  if (!url)
    throw usageError(
      'CITUS_URL is unset: set it to the owner of a database that make distribute has distributed',
    )
  const connection = parseConnectionString(url, 'CITUS_URL')
  const name = await withOwnerClient(connection, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select count(distinct shardid) || ' shards on ' || count(distinct groupid) || ' workers' as name
       from pg_dist_shard join pg_dist_placement using (shardid) where logicalrelid = 'public.documents'::regclass`,
    )
    return rows[0]?.name ?? ''
  })
  const target = await findTarget(say)
  await prepareEmbeddedDatabase(target)
  await withThrowawayDatabase(target.owner, async (single) => {
    const places: Place[] = [
      { name: 'one server', connection: single, distributed: false },
      { name, connection, distributed: true },
    ]
    for (const place of places)
      for (const { operation, where, median, p95 } of await benchPlace(place))
        say(`${where.padEnd(26)} ${operation.padEnd(20)} p50 ${median} ms, p95 ${p95} ms`)
  })
})
