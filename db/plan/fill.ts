import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { qualified, rowStatements } from '../facts/row.ts'
import type { TableFacts } from '../facts/schema.ts'

const ACCOUNTS = 5

/**
 * Gives every table that is empty a few rows, as far as db/schema.sql knows valid values: only then is it seen whether a
 * migration reads or writes all of them. A table that takes none stays empty.
 */
export async function fillTables(client: pg.Client, facts: readonly TableFacts[]): Promise<void> {
  await client.query(
    "insert into auth.users (id, email) select id, id || '@example.com' from unnest($1::uuid[]) id where not exists (select from auth.users)",
    [Array.from({ length: ACCOUNTS }, () => randomUUID())],
  )
  const accounts = (await client.query<{ id: string }>('select id from auth.users')).rows.map(({ id }) => id)
  const present = await tablesAsTheyAre(client, facts)
  const empty = await namesOfEmpty(client, present)
  for (const table of present.filter(({ name }) => empty.has(name))) {
    for (const account of accounts) {
      const statements = rowStatements(present, table, pg.escapeLiteral(account))
      await client.query('begin')
      try {
        for (const statement of statements) await client.query(statement)
        await client.query('commit')
      } catch {
        // A column of a later migration, or a CHECK of an earlier one.
        await client.query('rollback')
        break
      }
    }
  }
}

/** The facts of the tables that are there, with the columns that they have by now. */
async function tablesAsTheyAre(client: pg.Client, facts: readonly TableFacts[]): Promise<TableFacts[]> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select relname as "table", attname as "column" from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped`,
  )
  const has = (table: string, column?: string) =>
    rows.some((row) => row.table === table && (column === undefined || row.column === column))
  return facts
    .filter(({ name }) => has(name))
    .map((table) => ({
      ...table,
      columns: table.columns.filter(({ name }) => has(table.name, name)),
      constraints: table.constraints.filter(({ columns }) =>
        columns.every((column) => has(table.name, column)),
      ),
    }))
}

async function namesOfEmpty(client: pg.Client, tables: readonly TableFacts[]): Promise<Set<string>> {
  const names = new Set<string>()
  for (const table of tables) {
    const { rowCount } = await client.query(`select from ${qualified(table)} limit 1`)
    if (rowCount === 0) names.add(table.name)
  }
  return names
}
