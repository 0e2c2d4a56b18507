import type pg from 'pg'
import { findDocuments } from '../../db/seed/documents.ts'

const CHUNKS_PER_DOCUMENT = 20
const CHUNK_CHARACTERS = 500
const BATCH = 20_000

/** Accounts by number of rows. */
export interface Population {
  /** Users with an equal share of the rows. */
  ordinary: string[]
  /** One user with many rows, if any. */
  large: string | undefined
}

/**
 * Fills document_chunks with real text: the beginnings of the seed's chunks, repeated.
 *
 * @param rows total number of chunks
 * @param largeShare how many of them belong to the large user
 */
export async function fill(
  owner: pg.Client,
  rows: number,
  users: number,
  largeShare: number,
  progress: (done: number) => void,
): Promise<Population> {
  const ordinary = await addUsers(owner, users)
  const large = largeShare > 0 ? (await addUsers(owner, 1))[0] : undefined
  const texts = await addTexts(owner)
  await withoutSearchIndex(owner, async () => {
    let done = 0
    for (const [ids, count] of [
      [ordinary, rows - largeShare],
      [large === undefined ? [] : [large], largeShare],
    ] as const) {
      for (let first = 0; first < count; first += BATCH) {
        const last = Math.min(first + BATCH, count)
        await addChunks(owner, ids, first, last, texts)
        done += last - first
        progress(done)
      }
    }
  })
  await owner.query('vacuum (analyze) public.documents, public.document_chunks')
  return { ordinary, large }
}

/** Runs `work` without the search index of chunks, and rebuilds it afterwards, which is faster than row by row. */
export async function withoutSearchIndex(owner: pg.Client, work: () => Promise<void>): Promise<void> {
  const index = 'public.document_chunks_user_id_search_vector_idx'
  const { rows } = await owner.query<{ definition: string }>(
    'select pg_get_indexdef($1::regclass) as definition',
    [index],
  )
  await owner.query(`drop index ${index}`)
  await work()
  await owner.query(rows[0]?.definition ?? '')
}

/** Inserts the texts that addChunks uses in turns; returns how many. */
export async function addTexts(owner: pg.Client): Promise<number> {
  const texts = findDocuments().flatMap((document) => document.chunks)
  await owner.query('create temporary table texts (n integer primary key, title text, content text)')
  await owner.query(
    `insert into texts select ordinality - 1, title, content
     from unnest($1::text[], $2::text[]) with ordinality as given (title, content, ordinality)`,
    [
      texts.map((text) => text.sectionTitle),
      texts.map((text) => [...text.content].slice(0, CHUNK_CHARACTERS).join('')),
    ],
  )
  return texts.length
}

export async function addUsers(owner: pg.Client, count: number): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    'insert into auth.users (id) select gen_random_uuid() from generate_series(1, $1) returning id',
    [count],
  )
  return rows.map((row) => row.id)
}

/** Inserts chunks number `first` to `last` of these users in turns, with CHUNKS_PER_DOCUMENT in each document. */
export async function addChunks(
  owner: pg.Client,
  ids: readonly string[],
  first: number,
  last: number,
  texts: number,
) {
  const place = `
    select n, user_id, chunk_index, md5(user_id::text || document)::uuid as document_id
    from (
        select n, ($1::uuid[])[1 + n % $2] as user_id, n / $2 % ${CHUNKS_PER_DOCUMENT} as chunk_index,
               n / $2 / ${CHUNKS_PER_DOCUMENT} as document
        from generate_series($3::integer, $4::integer - 1) as n
    ) as numbers`
  const values = [ids, ids.length, first, last]
  await owner.query(
    `insert into public.documents (user_id, id, filename, file_type, file_size)
     select distinct user_id, document_id, 'bench.md', 'text/markdown', 1 from (${place}) as places
     on conflict do nothing`,
    values,
  )
  await owner.query(
    `insert into public.document_chunks (user_id, document_id, chunk_index, section_title, content)
     select user_id, document_id, chunk_index, title, content
     from (${place}) as places join texts on texts.n = (hashint4(places.n)::bigint & 2147483647) % $5::bigint`,
    [...values, texts],
  )
}
