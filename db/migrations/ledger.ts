import type pg from 'pg'
import { codeOf, environmentError, messageOf } from 'postgres-kit/failure.ts'
import { hashOf, type MigrationFile } from './files.ts'
import { readSupabaseLedger } from './supabase-ledger.ts'

/** dbmate's table of applied migrations: in its own schema, which no API exposes. */
export const LEDGER = 'dbmate.schema_migrations'

/** Data that dbmate's table lacks: a migration's content, and who applied it, when and with which tool. */
export const LOG = 'dbmate.migration_log'

/** The login that migrates runs this. It is not a migration, because the table must exist before the first one. */
export const LOG_DDL = `
create table dbmate.migration_log (
    version text primary key,
    name text not null,
    hash text not null,
    role text not null default session_user,
    tool text not null,
    commit text,
    started_at timestamptz,
    duration interval,
    adopted_at timestamptz
);
comment on table dbmate.migration_log is
    'What was applied, beside schema_migrations: written in the transaction of the migration. A row without started_at and adopted_at was only planned.';
`

/** An applied migration in the ledgers. */
export interface Applied {
  version: string
  /** Undefined if dbmate or the Supabase CLI applied it alone. */
  record: Recorded | undefined
  /** Whether it is in dbmate's table. If not, it is in the Supabase CLI's. */
  dbmate: boolean
  /** Whether it is in the Supabase CLI's table; undefined if there is no such table and none is needed. */
  supabase: boolean | undefined
}

/** A row of migration_log. */
export interface Recorded {
  name: string
  hash: string
  role: string
  tool: string
  commit: string | null
  started_at: Date | null
  milliseconds: number | null
  /** When it was adopted after a run of dbmate alone; the hash is that of the file at that time. */
  adopted_at: Date | null
}

interface Row extends Omit<Recorded, 'name'> {
  version: string
  dbmate: boolean
  name: string | null
}

/** The applied migrations, oldest first. */
export async function readLedger(client: pg.Client): Promise<Applied[]> {
  const found = await client.query<{ ledger: boolean; log: boolean }>(
    'select to_regclass($1) is not null as ledger, to_regclass($2) is not null as log',
    [LEDGER, LOG],
  )
  const { ledger = false, log = false } = found.rows[0] ?? {}
  const pushed = await readSupabaseLedger(client)
  if (!ledger && (pushed?.size ?? 0) === 0) return []
  const { rows } = await client.query<Row>(appliedSql(ledger, log), [[...(pushed ?? [])]])
  return rows.map(({ version, dbmate, name, ...rest }) => ({
    version,
    dbmate,
    supabase: pushed?.has(version),
    record: name === null ? undefined : { name, ...rest },
  }))
}

/** @param ledger whether dbmate's table exists @param log whether migration_log exists */
function appliedSql(ledger: boolean, log: boolean): string {
  return `
    select version, own.version is not null as dbmate, ${log ? RECORD : 'null as name'}
    from ${ledger ? LEDGER : "(select '' as version where false)"} as own
    full join unnest($1::text[]) as pushed (version) using (version)
    ${log ? COUNTED : ''}
    order by version`
}

const RECORD = `
    log.name, log.hash, log.role, log.tool, log.commit, log.started_at, log.adopted_at,
    (extract(epoch from log.duration) * 1000)::float8 as milliseconds`

const COUNTED = `
    left join (
      -- A row that was only planned is not a record of an applied migration.
      select * from dbmate.migration_log where started_at is not null or adopted_at is not null
    ) as log using (version)`

/** Creates migration_log if it is missing. @throws Failure (2) if this login may not */
export async function ensureLog(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ log: boolean; schema: boolean }>(
    "select to_regclass($1) is not null as log, to_regnamespace('dbmate') is not null as schema",
    [LOG],
  )
  if (rows[0]?.log === true) return
  try {
    if (rows[0]?.schema !== true) await client.query('create schema dbmate')
    await client.query(LOG_DDL)
  } catch (error) {
    const code = codeOf(error)
    if (code === '42501')
      throw environmentError(
        `this login may not create the ledger of migrations (${messageOf(error)}): nothing was done. Use the owner of the database in DATABASE_URL`,
        error,
      )
    if (code === '25006')
      throw environmentError(
        'this server accepts no changes (a read-only replica?): nothing was done. Use the primary server in DATABASE_URL',
        error,
      )
    throw error
  }
}

/** Data about a run for the ledger. */
export interface Origin {
  tool: string
  commit: string | undefined
}

/** Records migrations that dbmate or the Supabase CLI applied without this runner, with the current files. */
export async function adopt(
  client: pg.Client,
  files: readonly MigrationFile[],
  origin: Origin,
): Promise<void> {
  // The same definition as dbmate's.
  await client.query(`create table if not exists ${LEDGER} (version varchar primary key)`)
  await client.query(`insert into ${LEDGER} select unnest($1::text[]) on conflict do nothing`, [
    files.map(({ version }) => version),
  ])
  await write(client, files, origin)
  await client.query('update dbmate.migration_log set adopted_at = now() where version = any ($1)', [
    files.map(({ version }) => version),
  ])
}

/** Records the migrations to be applied. Each row takes effect when its `recordSql` runs. */
export async function plan(
  client: pg.Client,
  files: readonly MigrationFile[],
  origin: Origin,
): Promise<void> {
  const applied = (await readLedger(client)).map(({ version }) => version)
  await client.query('delete from dbmate.migration_log where version <> all ($1)', [applied])
  await write(client, files, origin)
}

async function write(client: pg.Client, files: readonly MigrationFile[], { tool, commit }: Origin) {
  await client.query(
    `insert into dbmate.migration_log (version, name, hash, tool, commit)
     select version, name, hash, $4, $5 from unnest($1::text[], $2::text[], $3::text[]) as files (version, name, hash)
     on conflict (version) do update set
       name = excluded.name, hash = excluded.hash, role = excluded.role, tool = excluded.tool, commit = excluded.commit,
       started_at = null, duration = null, adopted_at = null`,
    [
      files.map(({ version }) => version),
      files.map(({ name }) => name),
      files.map(hashOf),
      tool,
      commit ?? null,
    ],
  )
}

/** SQL at the end of a migration's transaction, which makes its row in the log effective. A version has only digits. */
export function recordSql({ version }: MigrationFile): string {
  return `update dbmate.migration_log set started_at = now(), duration = clock_timestamp() - now() where version = '${version}';`
}

/** Called before a migration without a transaction. Its row takes effect when dbmate's ledger has the version. */
export async function startRecord(client: pg.Client, { version }: MigrationFile): Promise<void> {
  await client.query('update dbmate.migration_log set started_at = now() where version = $1', [version])
}

/** Versions of migrations without a transaction that a run began and did not finish. */
export async function readBegun(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ version: string }>(
    'select version from dbmate.migration_log where started_at is not null and duration is null',
  )
  return rows.map(({ version }) => version)
}

/** Called after a migration without a transaction. */
export async function endRecord(client: pg.Client, { version }: MigrationFile): Promise<void> {
  await client.query('update dbmate.migration_log set duration = now() - started_at where version = $1', [
    version,
  ])
}

/** SQL at the end of a rollback's transaction. */
export function forgetSql({ version }: MigrationFile): string {
  return `delete from dbmate.migration_log where version = '${version}';`
}

/** Called after a rollback without a transaction. */
export async function forget(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query(forgetSql(file))
}
