import type pg from 'pg'
import { isStronger, type LockMode, lockMode } from './modes.ts'

/** A table, view or sequence that exists before a migration. */
export interface Relation {
  oid: number
  /** Quoted if necessary. */
  name: string
  isTable: boolean
  rows: number
  /** The relation's file, which changes when the table is rewritten. */
  file: string | null
}

const RELATIONS = `
  select c.oid, format('%I.%I', n.nspname, c.relname) as name, relkind in ('r', 'p') as "isTable", pg_relation_filenode(c.oid)::text as file
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm', 'v', 'S', 'f') and c.oid >= 16384
    and n.nspname <> all ($1) and not starts_with(n.nspname, 'pg_') and n.nspname <> 'information_schema'`

/** Every relation outside PostgreSQL's schemas and the given ones. */
export async function readRelations(
  client: pg.ClientBase,
  foreignSchemas: readonly string[],
): Promise<Map<number, Relation>> {
  const { rows } = await client.query<Omit<Relation, 'rows'>>(RELATIONS, [foreignSchemas])
  const relations = new Map<number, Relation>()
  for (const row of rows)
    relations.set(row.oid, { ...row, rows: row.isTable ? await count(client, row.name) : 0 })
  return relations
}

async function count(client: pg.ClientBase, name: string): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(`select count(*)::float8 as rows from ${name}`)
  return rows[0]?.rows ?? 0
}

/** The current file of each relation. */
export async function readFiles(client: pg.ClientBase): Promise<Map<number, string | null>> {
  const { rows } = await client.query<{ oid: number; file: string | null }>(
    'select oid, pg_relation_filenode(oid)::text as file from pg_class where oid >= 16384',
  )
  return new Map(rows.map(({ oid, file }) => [oid, file]))
}

/** The strongest lock that a process of the server holds on each relation. */
export async function readLocks(client: pg.ClientBase, pid: number): Promise<Map<number, LockMode>> {
  const { rows } = await client.query<{ oid: number; mode: string }>(
    `select relation as oid, mode from pg_locks
     where pid = $1 and locktype = 'relation' and granted and relation >= 16384
       and database = (select oid from pg_database where datname = current_database())`,
    [pid],
  )
  const locks = new Map<number, LockMode>()
  for (const { oid, mode } of rows) {
    const found = lockMode(mode)
    const before = locks.get(oid)
    if (found && (!before || isStronger(found, before))) locks.set(oid, found)
  }
  return locks
}

/** Rows of each table read by sequential scans in this transaction, including those of checks, indexes and rewrites. */
export async function readScans(client: pg.ClientBase): Promise<Map<number, number>> {
  const { rows } = await client.query<{ oid: number; rows: number }>(
    'select relid as oid, seq_tup_read::float8 as rows from pg_stat_xact_all_tables where relid >= 16384',
  )
  return new Map(rows.map(({ oid, rows }) => [oid, rows]))
}
