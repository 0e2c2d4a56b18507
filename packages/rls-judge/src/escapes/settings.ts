import type pg from 'pg'
import type { Verdict } from '../check.ts'
import { belongsTo } from '../matrix/values.ts'
import { expectCode } from '../session.ts'
import type { Stage } from '../stage.ts'

/** No setting that a caller may change weakens the isolation. */
export async function* settings(
  client: pg.Client,
  { shapes, fixtures: { seeds }, bob, attempt }: Stage,
): AsyncGenerator<Verdict> {
  for (const [setting, want] of [
    // "off" means: fail rather than filter
    ['set local row_security = off', '42501'],
    ['set local plan_cache_mode = force_generic_plan', '0'],
    ['set local enable_seqscan = off', '0'],
    ['set local search_path = pg_temp, public', '0'],
    ['set local debug_parallel_query = on', '0'],
    ['set local statement_timeout = 0', '0'],
  ] as const) {
    if (setting.includes('debug_parallel_query') && (await version(client)) < 160000) continue
    for (const shape of shapes) {
      if (shape.rows === 'everybody') continue
      yield expectCode(
        `${setting}: no row of another in ${shape.name}`,
        await attempt(bob, setting, `select from ${shape.table} where ${belongsTo(shape, seeds.ada)}`),
        shape.access.authenticated.select ? want : '42501',
      )
    }
  }
  for (const setting of [
    'set local session_replication_role = replica',
    'set local allow_system_table_mods = on',
    'set local zero_damaged_pages = on',
    "set local log_statement = 'all'",
    "alter system set log_statement = 'all'",
    'alter role authenticated bypassrls',
    'alter role authenticated superuser',
    'grant service_role to authenticated',
    'grant pg_read_all_data to authenticated',
    "alter database current_database set log_statement = 'all'",
    "load 'auto_explain'",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('.')",
    'select from pg_authid',
    'select from pg_user_mapping',
    'select pg_reload_conf()',
    'create role mine',
    'create database mine',
    `create extension ${await missingExtension(client)} with schema public`,
  ]) {
    if (setting.startsWith('alter database')) {
      const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name')
      const named = setting.replace('current_database', rows[0]?.name ?? '')
      yield expectCode(`a caller cannot: ${setting}`, await attempt(bob, named), '42501')
      continue
    }
    // Inside a transaction, PostgreSQL refuses ALTER SYSTEM and CREATE DATABASE before it checks privileges.
    const want = /^(alter system|create database)/.test(setting) ? '25001' : '42501'
    yield expectCode(`a caller cannot: ${setting}`, await attempt(bob, setting), want)
  }
}

/** An available extension that is not installed. For an installed one, PostgreSQL fails before it checks privileges. */
async function missingExtension(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(name) as name from pg_available_extensions where installed_version is null
     order by name <> 'pgcrypto', name limit 1`,
  )
  return rows[0]?.name ?? 'pgcrypto'
}

async function version(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  )
  return rows[0]?.version ?? 0
}
