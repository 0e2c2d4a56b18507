import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { loadPgtap } from '../../src/pgtap/load.ts'

/** Runs SQL as the login of `url`; returns the rows of the last statement. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  return inSession(url, async (send) => {
    const results = await send(sql)
    const last: unknown = Array.isArray(results) ? results.at(-1) : results
    return typeof last === 'object' && last !== null && 'rows' in last && Array.isArray(last.rows)
      ? last.rows
      : []
  })
}

async function inSession<T>(
  url: string,
  work: (send: (sql: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work((sql) => client.query(sql))
  } finally {
    await client.end()
  }
}

export type Database = { readonly url: string; readonly name: string; drop(): Promise<void> }

/** Creates a database on the server of `url`, by default with pgTAP in `public`. */
export async function createDatabase(url: string, { pgtap = true } = {}): Promise<Database> {
  const name = `runner_test_${randomBytes(4).toString('hex')}`
  await query(url, `create database ${name} template template0`)
  const own = new URL(url)
  own.pathname = `/${name}`
  if (pgtap) await inSession(own.href, (send) => loadPgtap(send, { schema: 'public' }))
  return {
    url: own.href,
    name,
    async drop() {
      await query(url, `drop database if exists ${name} with (force)`)
    },
  }
}
