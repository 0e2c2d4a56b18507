import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { qualified, rowStatements } from '../facts/row.ts'
import type { TableFacts } from '../facts/schema.ts'

const ACCOUNTS = 5

/**
 * Inserts a few rows into every empty table, if valid values can be derived from db/schema.sql. Only with rows can a full
 * read or a rewrite be detected. A table that refuses the rows stays empty.
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
        // The facts may contain a column of a later migration, or the table a CHECK that was dropped later.
        await client.query('rollback')
        break
      }
    }
  }
}

/** The facts of the existing tables, with their current columns. */
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
