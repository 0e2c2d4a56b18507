import type pg from 'pg'
import type { SeedDocument } from './documents.ts'
import { nameUuid } from './name-uuid.ts'
import type { DemoUser } from './users.ts'

/** Numbers of rows written. */
export interface Written {
  documents: number
  chunks: number
}

/** Writes the documents that the user does not have yet, with their chunks. The caller is that user. */
export async function writeDocuments(
  app: pg.ClientBase,
  user: DemoUser,
  documents: readonly SeedDocument[],
): Promise<Written> {
  const present = await app.query<{ id: string }>('select id from public.documents where id = any($1)', [
    documents.map((document) => document.id),
  ])
  const had = new Set(present.rows.map((row) => row.id))
  const missing = documents.filter((document) => !had.has(document.id))
  if (missing.length === 0) return { documents: 0, chunks: 0 }
  // A concurrent run may have written a document, and then also its chunks.
  const { rows } = await app.query<{ id: string }>(
    `insert into public.documents (id, filename, file_type, file_size, processing_status, content_text, storage_path)
     select id, filename, 'text/markdown', file_size, 'completed', content_text, $5 || '/' || filename
     from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) as new (id, filename, file_size, content_text)
     on conflict (user_id, id) do nothing
     returning id`,
    [
      missing.map((document) => document.id),
      missing.map((document) => document.filename),
      missing.map((document) => document.size),
      missing.map((document) => document.text),
      user.id,
    ],
  )
  const added = new Set(rows.map((row) => row.id))
  const chunks = missing.filter((document) => added.has(document.id)).flatMap(numberedChunks)
  await app.query(
    `insert into public.document_chunks (id, document_id, chunk_index, content, section_title)
     select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[])`,
    [
      chunks.map((chunk) => chunk.id),
      chunks.map((chunk) => chunk.documentId),
      chunks.map((chunk) => chunk.index),
      chunks.map((chunk) => chunk.content),
      chunks.map((chunk) => chunk.sectionTitle),
    ],
  )
  return { documents: added.size, chunks: chunks.length }
}

function numberedChunks({ id: documentId, chunks }: SeedDocument) {
  return chunks.map((chunk, index) => ({
    ...chunk,
    id: nameUuid(`chunk ${documentId} ${index}`),
    documentId,
    index,
  }))
}
