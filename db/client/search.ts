import type { SearchChunksRow, SearchDocumentsRow } from '@centrid/db-types'
import { sql } from 'kysely'
import type { UserDb } from './handles.ts'

export interface SearchOptions {
  /** 1 to 100; the database holds other numbers to that range. */
  maxResults?: number
}

/** The user's own chunks that match, best first; `query` in the syntax of web search engines. 10 unless asked otherwise. */
export async function searchChunks(
  tx: UserDb,
  query: string,
  options: SearchOptions = {},
): Promise<SearchChunksRow[]> {
  const { rows } = await sql<SearchChunksRow>`
    select * from public.search_chunks(${searchable(query)}, ${options.maxResults ?? 10})`.execute(tx)
  return rows
}

/** The user's own documents that match, best first. 20 unless asked otherwise. See {@link searchChunks}. */
export async function searchDocuments(
  tx: UserDb,
  query: string,
  options: SearchOptions = {},
): Promise<SearchDocumentsRow[]> {
  const { rows } = await sql<SearchDocumentsRow>`
    select * from public.search_documents(${searchable(query)}, ${options.maxResults ?? 20})`.execute(tx)
  return rows
}

/** PostgreSQL's text holds no NUL, and a search for one finds nothing. */
function searchable(query: string): string {
  return query.replaceAll('\0', ' ')
}
