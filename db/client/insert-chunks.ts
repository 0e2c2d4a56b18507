import { sql } from 'kysely'
import type { UserDb } from './handles.ts'

export interface NewChunk {
  /** Place in the document, from 0. */
  chunk_index: number
  content: string
  section_title?: string | null
}

/**
 * Inserts the chunks of a document with one statement and returns how many. Inserts all of them, or none if one is
 * refused.
 *
 * (COPY is not for users: PostgreSQL refuses it on a table with row level security. docs/decisions/0023.)
 *
 * @example
 * import { db, insertChunks, withUser } from '@centrid/db'
 *
 * const chunks = [
 *   { chunk_index: 10, content: 'Ships were built of oak.', section_title: 'Oak' },
 *   { chunk_index: 11, content: 'Masts were built of pine.' },
 * ]
 * await withUser(db, claims, (tx) => insertChunks(tx, documentId, chunks)) // → 2
 */
export async function insertChunks(
  tx: UserDb,
  documentId: string,
  chunks: readonly NewChunk[],
): Promise<number> {
  if (chunks.length === 0) return 0
  const { numAffectedRows } = await sql`
    insert into public.document_chunks (document_id, chunk_index, content, section_title)
    select ${documentId}::uuid, new.chunk_index, new.content, new.section_title
    from unnest(
      ${chunks.map((chunk) => chunk.chunk_index)}::integer[],
      ${chunks.map((chunk) => chunk.content)}::text[],
      ${chunks.map((chunk) => chunk.section_title ?? null)}::text[]
    ) as new (chunk_index, content, section_title)`.execute(tx)
  return Number(numAffectedRows ?? 0)
}
