import type pg from 'pg'
import type { ConnectionString } from '../../packages/postgres/src/connection-string.ts'
import { messageOf, usageError } from '../../packages/postgres/src/failure.ts'
import { DatabaseUnavailable, sqlState } from './errors.ts'

/** Whether the function of `make distribute` exists. This reads the catalog, because the login may lack USAGE on its schema. */
const QUERY = `select exists (
 select from pg_catalog.pg_proc join pg_catalog.pg_namespace on pg_namespace.oid = pronamespace
 where nspname = 'cluster' and proname = 'act_as') as distributed`

/**
 * Refuses a server that does not match the option `distributed`. Without the option, the identity does not reach the workers
 * of a distributed database, and every query finds nothing.
 *
 * @throws Failure (2) if the option and the server disagree; DatabaseUnavailable if the server does not answer
 */
export async function refuseOtherKind(
  client: pg.ClientBase,
  { connection, distributed }: { connection: ConnectionString; distributed: boolean },
): Promise<void> {
  const { rows } = await client.query<{ distributed: boolean }>(QUERY).catch((error: unknown) => {
    if (sqlState(error) !== undefined) throw error
    throw new DatabaseUnavailable(`the connection was lost: ${messageOf(error)}`, error)
  })
  const actual = rows[0]?.distributed === true
  if (actual === distributed) return
  throw usageError(
    actual
      ? `${connection.name} is distributed: pass distributed: true to createDatabase`
      : `${connection.name} is not distributed: omit distributed from createDatabase, or run "make distribute"`,
  )
}
