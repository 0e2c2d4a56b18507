import { type Node, parse } from 'libpg-query'
import type pg from 'pg'
import { type MigrationFile, readSection } from './files.ts'

/** An extension that a migration creates, and the position of its name. */
interface Created {
  name: string
  schema: string | undefined
  /** Byte position after `create extension`. */
  place: number
}

/**
 * SQL that accepts existing extensions, which on Supabase may have been enabled in the dashboard. Applied files are never
 * edited, so only the SQL that is sent is changed.
 *
 * @param found names of existing extensions; default: accept any
 */
export async function withoutClash(sql: string, found?: readonly string[]): Promise<string> {
  let bytes: Buffer = Buffer.from(sql)
  for (const { name, place } of (await createdIn(sql)).reverse())
    if (found === undefined || found.includes(name))
      bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(' if not exists'), bytes.subarray(place)])
  return bytes.toString()
}

/** The extensions that these migrations create and the database already has. Logs those that are in another schema. */
export async function findExtensions(
  client: pg.Client,
  files: readonly MigrationFile[],
  log: (line: string) => void,
): Promise<string[]> {
  const created = (await Promise.all(files.map(createdBy))).flat()
  if (created.length === 0) return []
  const { rows } = await client.query<{ name: string; schema: string }>(
    `select extname as name, nspname as schema
     from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = any ($1)`,
    [created.map(({ name }) => name)],
  )
  for (const { name, schema } of rows) {
    const wanted = created.find((each) => each.name === name)?.schema
    if (wanted !== undefined && wanted !== schema)
      log(
        `extension ${name} exists already, in schema ${schema}, and stays there. The migrations would create it in ${wanted}`,
      )
  }
  return rows.map(({ name }) => name)
}

const NOTE = '; found extension '

/** Records in the ledger which extensions existed before a migration, so that its rollback keeps them. */
export async function noteExtensions(
  client: pg.Client,
  files: readonly MigrationFile[],
  found: readonly string[],
): Promise<void> {
  if (found.length === 0) return
  for (const file of files) {
    const names = (await createdBy(file)).map(({ name }) => name).filter((name) => found.includes(name))
    if (names.length === 0) continue
    await client.query('update dbmate.migration_log set tool = tool || $2 where version = $1', [
      file.version,
      NOTE + names.join(', '),
    ])
  }
}

/** The extensions that existed before a migration, from the ledger's column `tool`. */
export function notedExtensions(tool: string): string[] {
  return tool.split(NOTE)[1]?.split(', ') ?? []
}

/** A down section that does not drop extensions that existed before. */
export async function withoutDrop(sql: string, found: readonly string[]): Promise<string> {
  let bytes: Buffer = Buffer.from(sql)
  const { stmts = [] } = await parse(sql)
  for (const { stmt, stmt_location = 0, stmt_len } of stmts.reverse())
    if (stmt && 'DropStmt' in stmt && dropsOnly(stmt.DropStmt, found)) {
      const end = stmt_len ? stmt_location + stmt_len : bytes.length
      bytes = Buffer.concat([bytes.subarray(0, stmt_location), bytes.subarray(end)])
    }
  return bytes.toString()
}

type DropStmt = Extract<Node, { DropStmt: unknown }>['DropStmt']

function dropsOnly({ removeType, objects = [] }: DropStmt, found: readonly string[]): boolean {
  return (
    removeType === 'OBJECT_EXTENSION' &&
    objects.every((each) => 'String' in each && found.includes(each.String.sval ?? ''))
  )
}

function createdBy(file: MigrationFile): Promise<Created[]> {
  return createdIn(readSection(file, 'up')?.sql ?? '')
}

/** The extensions created in a text. A text that does not parse has none; PostgreSQL reports the error. */
async function createdIn(sql: string): Promise<Created[]> {
  const { stmts = [] } = (await parse(sql).catch(() => undefined)) ?? {}
  const bytes = Buffer.from(sql)
  return stmts.flatMap(({ stmt, stmt_location = 0 }) => {
    if (!stmt || !('CreateExtensionStmt' in stmt)) return []
    const { extname = '', if_not_exists, options = [] } = stmt.CreateExtensionStmt
    const words = /^\s*create\s+extension/i.exec(bytes.subarray(stmt_location).toString())?.[0]
    if (if_not_exists || words === undefined) return []
    return [{ name: extname, schema: schemaOf(options), place: stmt_location + words.length }]
  })
}

function schemaOf(options: readonly Node[]): string | undefined {
  for (const each of options)
    if (
      'DefElem' in each &&
      each.DefElem.defname === 'schema' &&
      each.DefElem.arg &&
      'String' in each.DefElem.arg
    )
      return each.DefElem.arg.String.sval
  return undefined
}
