import { parse } from 'libpg-query'
import type pg from 'pg'
import { messageOf } from 'postgres-kit/failure.ts'
import { type MigrationFile, readSection } from './files.ts'

/** An index that a statement creates concurrently, and leaves INVALID if it fails. */
interface Target {
  /** The table, or for REINDEX INDEX the index. */
  relation: string
  /** Name of the new index; undefined for REINDEX, which creates `…_ccnew`. */
  index: string | undefined
}

/**
 * Drops indexes that CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY of this file left INVALID. No query uses such an
 * index, but every write updates it. With IF NOT EXISTS, the next run would skip it.
 *
 * @param begun whether a run of this file began and did not finish: then a valid index is also dropped, because that run created it
 * @returns what was done, one line each
 */
export async function dropLeftovers(
  client: pg.Client,
  file: MigrationFile,
  begun: boolean,
): Promise<string[]> {
  const target = await targetOf(file)
  if (!target) return []
  const { rows } = await client.query<{ name: string; valid: boolean }>(LEFTOVERS, [
    target.relation,
    target.index ?? null,
    begun,
  ])
  const done: string[] = []
  for (const { name, valid } of rows) {
    const which = `${valid ? '' : 'INVALID '}index ${name}, which an unfinished run of ${file.name} left`
    try {
      // The server returned the name quoted.
      await client.query(`drop index concurrently ${name}`)
      done.push(`dropped the ${which}`)
    } catch (error) {
      done.push(`could not drop the ${which}: ${messageOf(error)}. The next run tries again`)
    }
  }
  return done
}

const LEFTOVERS = `
  select format('%I.%I', n.nspname, c.relname) as name, i.indisvalid as valid
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'i'
    and (i.indrelid = to_regclass($1) or i.indrelid = (select indrelid from pg_index where indexrelid = to_regclass($1)))
    and case
      when $2::text is null then not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
      else c.relname = $2 and (not i.indisvalid or $3)
    end`

async function targetOf(file: MigrationFile): Promise<Target | undefined> {
  const statement = (await parse(readSection(file, 'up')?.sql ?? '').catch(() => undefined))?.stmts?.[0]?.stmt
  if (!statement) return undefined
  if ('IndexStmt' in statement) {
    const { concurrent, idxname, relation } = statement.IndexStmt
    return concurrent && relation ? { relation: quoted(relation), index: idxname } : undefined
  }
  if ('ReindexStmt' in statement && statement.ReindexStmt.relation)
    return { relation: quoted(statement.ReindexStmt.relation), index: undefined }
  return undefined
}

function quoted({ schemaname, relname }: { schemaname?: string; relname?: string }): string {
  return [schemaname, relname].flatMap((name) => (name ? [`"${name.replaceAll('"', '""')}"`] : [])).join('.')
}
