import { sql } from 'kysely'
import type { UserDb } from './handles.ts'

export interface NewChunk {
  /** Position in the document, from 0. */
  chunk_index: number
  content: string
  section_title?: string | null
}

/**
 * Inserts the chunks of a document with one statement and returns how many. Inserts all of them, or none if one is
 * refused.
 *
 * (Users cannot use COPY: PostgreSQL refuses COPY FROM on a table with row level security. docs/decisions/0023.)
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
  if (tx.distributed) return insertValues(tx, documentId, chunks)
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

/** PostgreSQL binds at most 65,535 values. */
const ROWS_AT_ONCE = 10_000

/** A distributed database refuses to insert the rows of a query as a user. */
async function insertValues(tx: UserDb, documentId: string, chunks: readonly NewChunk[]): Promise<number> {
  for (let at = 0; at < chunks.length; at += ROWS_AT_ONCE) {
    const rows = chunks
      .slice(at, at + ROWS_AT_ONCE)
      .map(({ chunk_index, content, section_title = null }) => ({
        document_id: documentId,
        chunk_index,
        content,
        section_title,
      }))
    await tx.insertInto('document_chunks').values(rows).execute()
  }
  return chunks.length
}
