import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { readPgtapSql } from '../../src/pgtap/source.ts'

/** Runs SQL as the owner of `url`; answers the rows of the last statement. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const results: unknown = await client.query(sql)
    const last: unknown = Array.isArray(results) ? results.at(-1) : results
    return typeof last === 'object' && last !== null && 'rows' in last && Array.isArray(last.rows)
      ? last.rows
      : []
  } finally {
    await client.end()
  }
}

export type Database = { readonly url: string; readonly name: string; drop(): Promise<void> }

/** A database of its own on the server of `url`, with pgTAP in `public` unless told otherwise. */
export async function createDatabase(url: string, { pgtap = true } = {}): Promise<Database> {
  const name = `runner_test_${randomBytes(4).toString('hex')}`
  await query(url, `create database ${name} template template0`)
  const own = new URL(url)
  own.pathname = `/${name}`
  if (pgtap) await query(own.href, (await readPgtapSql()).replace(/^\\.*$/gm, ''))
  return {
    url: own.href,
    name,
    async drop() {
      await query(url, `drop database if exists ${name} with (force)`)
    },
  }
}
