import { quoteIdentifier, quoteLiteral } from '../psql/variables.ts'
import { pgtapSchema } from './schema.ts'
import { readPgtapSql } from './source.ts'

export type LoadOptions = {
  /** Created if it is missing; default: `pgtapSchema`. */
  readonly schema?: string
  /** Comment on the schema. */
  readonly comment?: string
}

/**
 * Loads pgTAP in one transaction and lets every role use it. It is permanent: a run uses it and does not remove it.
 *
 * @param send runs a text of several statements, in one session, and rejects if one fails
 *
 * @example
 * import pg from 'pg'
 * import { loadPgtap } from 'pgtap-runner'
 *
 * const client = new pg.Client(process.env.DATABASE_URL)
 * await client.connect()
 * await loadPgtap((sql) => client.query(sql), { schema: 'tap' })
 * const { rows } = await client.query('select tap.pgtap_version()::float8 as version')
 * await client.end()
 * rows[0].version // → 1.3
 */
export async function loadPgtap(
  send: (sql: string) => Promise<unknown>,
  { schema = pgtapSchema, comment }: LoadOptions = {},
): Promise<void> {
  const name = quoteIdentifier(schema)
  const note = comment === undefined ? '' : `comment on schema ${name} is ${quoteLiteral(comment)};`
  // Lines that begin with a backslash are psql commands.
  const sql = (await readPgtapSql()).replace(/^\\.*$/gm, '')
  await send('begin')
  try {
    await send(`set local client_min_messages = warning; create schema if not exists ${name}; ${note}`)
    await send(`set local search_path = ${name}`)
    await send(sql)
    await send(
      `grant usage on schema ${name} to public; grant select on all tables in schema ${name} to public;
      grant execute on all functions in schema ${name} to public`,
    )
    await send('commit')
  } catch (error) {
    await send('rollback').catch(() => {})
    throw error
  }
}
