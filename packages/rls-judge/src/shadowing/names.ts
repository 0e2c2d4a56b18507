import { loadModule, scanSync } from 'libpg-query'
import type pg from 'pg'

/**
 * Every word and operator in the functions of these schemas: the names that PostgreSQL may look up in search_path while
 * one of them runs. Read from the functions, so that new ones are attacked as well.
 */
export async function namesInFunctions(client: pg.Client, schemas: readonly string[]): Promise<string[]> {
  await loadModule()
  const { rows } = await client.query<{ text: string }>(
    `
    select prosrc as text from pg_catalog.pg_proc p
    where prosqlbody is null and prosrc <> '' and pronamespace in (select oid from pg_catalog.pg_namespace where nspname = any ($1))
      and not exists (
        select from pg_catalog.pg_depend
        where classid = 'pg_catalog.pg_proc'::regclass and objid = p.oid and deptype = 'e'
      )
  `,
    [schemas],
  )
  const names = rows.flatMap(({ text }) => scanSync(text).tokens.map((token) => nameOf(token.text)))
  return [...new Set(names)].sort()
}

/** An identifier as stored in the catalog. */
function nameOf(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.toLowerCase()
}
