import type pg from 'pg'
import { environmentError } from 'postgres-kit/failure.ts'

/**
 * Refuses a database that cannot store every character: LATIN1 refuses some characters, SQL_ASCII validates none.
 *
 * @throws Failure (2)
 */
export async function refuseEncoding(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; encoding: string }>(
    "select current_database() as name, current_setting('server_encoding') as encoding",
  )
  const { name, encoding } = rows[0] ?? {}
  if (encoding === 'UTF8') return
  throw environmentError(
    `the database ${name} has the encoding ${encoding}, which cannot store every text: nothing was done.` +
      ` Create it anew: create database ${name} template template0 encoding 'UTF8'`,
  )
}
