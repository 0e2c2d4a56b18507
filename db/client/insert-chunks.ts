import { sql } from 'kysely'
import type { UserDb } from './handles.ts'

export interface NewChunk {
  /** Place in the document, from 0. */
  chunk_index: number
  content: string
  section_title?: string | null
}

/**
 * Inserts the chunks of a document, however many, with one statement and four parameters; answers how many. All of
 * them or, where one is refused, none.
 *
 * (COPY is not for users: PostgreSQL refuses it on a table with row level security. docs/decisions/0023.)
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
