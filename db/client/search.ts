import type { SearchChunksRow, SearchDocumentsRow } from '@centrid/db-types'
import { sql } from 'kysely'
import type { UserDb } from './handles.ts'

export interface SearchOptions {
  /** 1 to 100; other numbers are clamped. */
  maxResults?: number
}

/**
 * The user's own chunks that match, best first.
 *
 * @param query in the syntax of web search engines (`websearch_to_tsquery`); a final `migr*` matches a prefix
 * @param options `maxResults`: default 10
 *
 * @example
 * import { db, searchChunks, withUser } from '@centrid/db'
 *
 * const found = await withUser(db, claims, (tx) => searchChunks(tx, '"tall spruce" -oak', { maxResults: 5 }))
 * found[0]?.headline // → 'A <mark>tall</mark> <mark>spruce</mark>'
 */
export async function searchChunks(
  tx: UserDb,
  query: string,
  options: SearchOptions = {},
): Promise<SearchChunksRow[]> {
  const { rows } = await sql<SearchChunksRow>`
    select * from public.search_chunks(${searchable(query)}, ${options.maxResults ?? 10})`.execute(tx)
  return rows
}

/**
 * The user's own documents that match, best first.
 *
 * @param query in the syntax of web search engines (`websearch_to_tsquery`); a final `migr*` matches a prefix
 * @param options `maxResults`: default 20
 *
 * @example
 * import { db, searchDocuments, withUser } from '@centrid/db'
 *
 * const found = await withUser(db, claims, (tx) => searchDocuments(tx, 'trees'))
 * found.map(({ filename }) => filename) // → ['trees.md']
 */
export async function searchDocuments(
  tx: UserDb,
  query: string,
  options: SearchOptions = {},
): Promise<SearchDocumentsRow[]> {
  const { rows } = await sql<SearchDocumentsRow>`
    select * from public.search_documents(${searchable(query)}, ${options.maxResults ?? 20})`.execute(tx)
  return rows
}

/** PostgreSQL's text cannot hold U+0000, so a search for it finds nothing. */
function searchable(query: string): string {
  return query.replaceAll('\0', ' ')
}
