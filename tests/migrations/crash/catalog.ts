import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { readObjects } from 'rls-judge/mutants/objects.ts'
import { SCOPE } from '../../../db/mutants/laboratory.ts'

/** The catalog of a database as text: equal databases have equal lines. */
export async function catalogOf(database: ConnectionString): Promise<string[]> {
  return withOwnerClient(database, async (client) => {
    const objects = await readObjects(client, SCOPE)
    const { rows } = await client.query<{ line: string }>(
      `select pg_get_indexdef(indexrelid) || ' ' || indisvalid as line
       from pg_index join pg_class on pg_class.oid = indrelid
       where relnamespace::regnamespace::text in ('public', 'private', 'auth', 'dbmate')`,
    )
    return [
      ...[...objects].map(([name, { facts }]) => `${name}: ${facts}`),
      ...rows.map(({ line }) => line),
    ].sort()
  })
}
