import type pg from 'pg'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { codeOf } from 'postgres-kit/failure.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { bootstrap, hasAuth } from '../../db/bootstrap.ts'
import { actAs } from '../../db/distribute/act-as.ts'
import { distribute } from '../../db/distribute/distribute.ts'
import { migrate } from '../../db/migrations/migrate.ts'

const url = process.env.CITUS_URL

/** Why the tests that need a cluster are not run; false if they are. */
export const skip = url
  ? false
  : 'CITUS_URL is unset: it names the owner of a database on a Citus coordinator'

export const connection = parseConnectionString(url ?? 'postgres://nobody@127.0.0.1/none', 'CITUS_URL')

/** Bootstraps, migrates and distributes the database, as far as that is left to do. */
export async function prepareCluster(): Promise<void> {
  await withOwnerClient(connection, async (owner) => {
    if (!(await hasAuth(owner))) await bootstrap(owner)
  })
  await migrate(connection, () => {})
  await distribute(connection, false)
}

/** A worker with its address. */
export interface Worker {
  host: string
  port: number
}

/** A connection of the owner to a worker. */
export function connectWorker({ host, port }: Worker, database?: string): Promise<pg.Client> {
  const text = new URL(url ?? '')
  if (database !== undefined) text.pathname = `/${database}`
  text.hostname = host
  text.port = String(port)
  return connectOwner(parseConnectionString(text.href, 'CITUS_URL'))
}

/** Values of the rows, or the SQLSTATE, of one statement that is undone. */
export async function ask(
  owner: pg.Client,
  sub: string,
  text: string,
  role = 'authenticated',
): Promise<unknown[] | string> {
  await owner.query('begin')
  try {
    for (const each of actAs({ role, claims: JSON.stringify({ sub }) })) await owner.query(each)
    return (await owner.query({ text, rowMode: 'array' })).rows.flat()
  } catch (error) {
    return codeOf(error) ?? String(error)
  } finally {
    await owner.query('rollback')
  }
}
