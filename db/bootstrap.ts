import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { codeOf, environmentError, messageOf } from 'postgres-kit/failure.ts'
import { inRoot } from './paths.ts'

/** The SQL that gives a plain PostgreSQL what Supabase has, in order. */
export function bootstrapSql(folder = inRoot('db', 'bootstrap')): { file: string; sql: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ file: `db/bootstrap/${name}`, sql: readFileSync(`${folder}/${name}`, 'utf8') }))
}

/** Whether the database has `auth.uid()`: Supabase, or a plain PostgreSQL after bootstrap. */
export async function hasAuth(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "select to_regprocedure('auth.uid()') is not null as found",
  )
  return rows[0]?.found === true
}

/**
 * Applies db/bootstrap/*.sql in one transaction.
 *
 * @throws Failure (2) where `auth.uid()` exists already, or the login may not create roles
 */
export async function bootstrap(client: pg.Client, folder?: string): Promise<void> {
  if (await hasAuth(client)) {
    throw environmentError(
      'this database has auth.uid() already: it is Supabase, or was bootstrapped before. Run "make migrate"',
    )
  }
  await client.query('begin')
  try {
    for (const { sql } of bootstrapSql(folder)) await client.query(sql)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    if (codeOf(error) !== '42501') throw error
    throw environmentError(
      `bootstrap needs a superuser, and this login is refused: ${messageOf(error)}`,
      error,
    )
  }
}
