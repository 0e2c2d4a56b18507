import type pg from 'pg'

/** What the catalog is judged against besides the intent. */
export interface Platform {
  /** Supabase's own schemas and roles are Supabase's to keep; on the bootstrap everything is compared. */
  kind: 'bootstrap' | 'supabase'
  /** Server version, as `server_version_num`. */
  version: number
  /** The role that ran the migrations and must own everything they made. */
  owner: string
  database: string
}

/** Schemas that are PostgreSQL's. */
export const SYSTEM_SCHEMAS = ['pg_catalog', 'information_schema', 'pg_toast']

/** Schemas that only Supabase has, and keeps itself. */
const SUPABASE_SCHEMAS = [
  '_analytics',
  '_realtime',
  '_supavisor',
  'cron',
  'graphql',
  'graphql_public',
  'net',
  'pgbouncer',
  'pgmq',
  'pgsodium',
  'pgsodium_masks',
  'realtime',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'vault',
]

/** Schemas whose content is not compared: on Supabase, its own. */
export function foreignSchemas({ kind }: Platform): string[] {
  return kind === 'supabase' ? [...SUPABASE_SCHEMAS, 'auth', 'extensions'] : []
}

export async function readPlatform(client: pg.Client): Promise<Platform> {
  const { rows } = await client.query<{
    kind: Platform['kind']
    version: number
    owner: string
    database: string
  }>(`
    select
      case when auth.nspowner::regrole::text = 'supabase_admin' then 'supabase' else 'bootstrap' end as kind,
      current_setting('server_version_num')::int as version,
      coalesce(
        (select pg_get_userbyid(relowner) from pg_class where oid = to_regclass('dbmate.schema_migrations')),
        current_user
      ) as owner,
      current_database() as database
    from pg_namespace auth
    where auth.nspname = 'auth'
  `)
  const row = rows[0]
  if (!row) throw new Error('no schema auth: run "make bootstrap" and "make migrate" first')
  return row
}
