import type pg from 'pg'
import { environmentError, usageError } from 'postgres-kit/failure.ts'
import type { Platform } from 'rls-judge/platform.ts'
import { LEDGER, LOG } from '../migrations/ledger.ts'
import { BOOTSTRAP } from './bootstrap.ts'
import { authOwner, isSupabase } from './is-supabase.ts'
import { CLI_SCHEMA, SUPABASE } from './supabase.ts'

const PLATFORMS: readonly Platform[] = [BOOTSTRAP, SUPABASE]

/**
 * The platform of a database: the named one, or the detected one. On Supabase, schema auth belongs to supabase_admin.
 *
 * @param named the setting PLATFORM
 * @throws Failure (2) if the name is unknown, or the database has no schema auth
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

/**
 * Keeps only existing ledger tables: dbmate alone and other tools do not create all of them, and the Supabase CLI creates
 * its own on any database.
 */
async function withTablesThere(client: pg.Client, platform: Platform): Promise<Platform> {
  const { rows } = await client.query<{ missing: string[]; cli: boolean }>(
    // to_regclass() fails for a role without USAGE on the schema.
    `select array(
         select name from unnest($1::text[]) as name where not exists (
             select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
             where nspname || '.' || relname = name
         )
     ) as missing, exists (select from pg_namespace where nspname = 'supabase_migrations') as cli`,
    [[LEDGER, LOG]],
  )
  const { missing = [], cli = false } = rows[0] ?? {}
  const tables = Object.entries(platform.tables).filter(([name]) => !missing.includes(name))
  return {
    ...platform,
    tables: Object.fromEntries(tables),
    foreignSchemas: { ...platform.foreignSchemas, ...(cli ? CLI_SCHEMA : {}) },
  }
}
