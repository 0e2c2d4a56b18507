import type pg from 'pg'
import { isSupabase } from '../platforms/is-supabase.ts'
import type { MigrationFile } from './files.ts'

/** The Supabase CLI's table of applied migrations. */
const SUPABASE_LEDGER = 'supabase_migrations.schema_migrations'

/** Exactly the CLI's definition. */
const DDL = `
create schema if not exists supabase_migrations;
create table if not exists ${SUPABASE_LEDGER} (version text not null primary key);
alter table ${SUPABASE_LEDGER} add column if not exists statements text[];
alter table ${SUPABASE_LEDGER} add column if not exists name text;
`

/** The session setting with the rows of pending migrations. Each row is inserted in the transaction of its migration. */
const WAITING = 'centrid.supabase_rows'

/** Versions in the CLI's ledger; undefined if it has no ledger and needs none. */
export async function readSupabaseLedger(client: pg.Client): Promise<Set<string> | undefined> {
  if (!(await isThere(client))) return (await isSupabase(client)) ? new Set() : undefined
  const { rows } = await client.query<{ version: string }>(`select version from ${SUPABASE_LEDGER}`)
  return new Set(rows.map(({ version }) => version))
}

/** Whether the CLI has a ledger, which a run then also writes. On Supabase, it is created if it is missing. */
export async function openSupabaseLedger(client: pg.Client): Promise<boolean> {
  if (!(await isThere(client)) && !(await isSupabase(client))) return false
  await client.query(DDL)
  return true
}

/** Stores the rows of the migrations to be applied in the session. */
export async function planSupabaseRows(client: pg.Client, files: readonly MigrationFile[]): Promise<void> {
  await client.query('select set_config($1, $2, false)', [WAITING, JSON.stringify(await rowsOf(files))])
}

/** SQL at the end of a migration's transaction, which records it as applied for the CLI. A version has only digits. */
export function pushSql({ version }: MigrationFile): string {
  return `${insertFrom(`current_setting('${WAITING}')`)} where version = '${version}';`
}

/** SQL at the end of a rollback's transaction. */
export function pullSql({ version }: MigrationFile): string {
  return `delete from ${SUPABASE_LEDGER} where version = '${version}';`
}

/** Called after a rollback without a transaction. */
export async function pullRow(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query(pullSql(file))
}

/** Records migrations that were applied without the CLI's ledger. */
export async function pushRows(client: pg.Client, files: readonly MigrationFile[]): Promise<void> {
  await client.query(`${insertFrom('$1')} on conflict do nothing`, [JSON.stringify(await rowsOf(files))])
}

/** @param json SQL of the rows */
function insertFrom(json: string): string {
  return `insert into ${SUPABASE_LEDGER} (version, name, statements)
    select version, name, statements
    from jsonb_to_recordset(${json}::jsonb) as planned (version text, name text, statements text[])`
}

/** Migrations in the format of the CLI's ledger, from which `supabase migration fetch` creates files. */
async function rowsOf(files: readonly MigrationFile[]) {
  // Loaded here, because the parser is slow to load and most runs do not need it.
  const { supabaseSql } = await import('./supabase-files.ts')
  return Promise.all(
    files.map(async (file) => ({
      version: file.version,
      name: file.name.slice(file.version.length).replace(/^_|\.sql$/g, ''),
      statements: await statementsOf(await supabaseSql(file)),
    })),
  )
}

/** Each statement with the comments above it. */
async function statementsOf(sql: string): Promise<string[]> {
  const { parse } = await import('libpg-query')
  const parsed = await parse(sql).catch(() => undefined)
  // The parser counts bytes.
  const bytes = Buffer.from(sql)
  let end = 0
  const statements = parsed?.stmts?.map(({ stmt_location = 0, stmt_len }) => {
    const start = end
    end = stmt_len ? stmt_location + stmt_len : bytes.length
    return bytes.subarray(start, end).toString().replace(/^;/, '').trim()
  })
  return statements ?? [sql]
}

async function isThere(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from pg_class join pg_namespace on pg_namespace.oid = relnamespace where nspname || '.' || relname = $1",
    [SUPABASE_LEDGER],
  )
  return rowCount === 1
}
