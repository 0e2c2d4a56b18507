import type pg from 'pg'
import { environmentError, usageError } from 'postgres-kit/failure.ts'
import type { Platform } from 'rls-judge/platform.ts'
import { LEDGER, LOG } from '../migrations/ledger.ts'
import { BOOTSTRAP } from './bootstrap.ts'
import { SUPABASE } from './supabase.ts'

const PLATFORMS: readonly Platform[] = [BOOTSTRAP, SUPABASE]

/**
 * The platform that a database is on: the one that is named, or the one that it looks like. On Supabase, schema auth
 * belongs to supabase_admin.
 *
 * @param named the setting PLATFORM
 * @throws Failure (2) where the name is unknown, or the database has no schema auth
 */
export async function findPlatform(client: pg.Client, named?: string): Promise<Platform> {
  if (named) {
    const platform = PLATFORMS.find(({ name }) => name === named)
    if (platform) return withTablesThere(client, platform)
    throw usageError(`PLATFORM is "${named}": use one of ${PLATFORMS.map(({ name }) => name).join(', ')}`)
  }
  if ((await authOwner(client)) === undefined)
    throw environmentError('this database has no schema auth: run "make bootstrap" and "make migrate" first')
  return withTablesThere(client, (await isSupabase(client)) ? SUPABASE : BOOTSTRAP)
}

/** Whether the platform owns the accounts: then auth, storage and extensions are its, and not the project's. */
export async function isSupabase(client: pg.Client): Promise<boolean> {
  return (await authOwner(client)) === 'supabase_admin'
}

async function authOwner(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    "select nspowner::regrole::text as owner from pg_namespace where nspname = 'auth'",
  )
  return rows[0]?.owner
}

/** dbmate by itself, and other tools that apply the same files, do not make every table of the ledger. */
async function withTablesThere(client: pg.Client, platform: Platform): Promise<Platform> {
  const { rows } = await client.query<{ name: string }>(
    // Not to_regclass(), which a role that may not use the schema may not ask either.
    `select name from unnest($1::text[]) as name where not exists (
         select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
         where nspname || '.' || relname = name
     )`,
    [[LEDGER, LOG]],
  )
  const missing = rows.map(({ name }) => name)
  const tables = Object.entries(platform.tables).filter(([name]) => !missing.includes(name))
  return { ...platform, tables: Object.fromEntries(tables) }
}
