import type pg from 'pg'
import { failed } from 'postgres-kit/failure.ts'

/** Shares of a user's chunks that contain the word. */
const FREQUENCIES = { common: 0.13, middling: 0.036, rarer: 0.0053, rare: 0.0012 }

/** Chooses queries by how many of the user's chunks they match. */
export async function chooseWords(
  owner: pg.Client,
  user: string,
  chunks: number,
): Promise<{ common: string; rarer: string } & Record<string, string>> {
  const { rows } = await owner.query<{ word: string; chunks: number }>(
    `select word, ndoc as chunks
     from ts_stat(format('select search_vector from public.document_chunks where user_id = %L', $1::text))
     -- whole words only, because a query is stemmed again
     where word ~ '^[a-z]{4,12}$' and websearch_to_tsquery('english', word)::text = quote_literal(word)
     order by ndoc desc, word`,
    [user],
  )
  const nearest = (share: number) => {
    const far = (row: { chunks: number }) => Math.abs(row.chunks - share * chunks)
    const [first, ...rest] = rows
    if (!first) throw failed('the chunks of the large user have no words')
    return rest.reduce((best, row) => (far(row) < far(best) ? row : best), first).word
  }
  const common = nearest(FREQUENCIES.common)
  const middling = nearest(FREQUENCIES.middling)
  const rarer = nearest(FREQUENCIES.rarer)
  return {
    common,
    middling,
    rarer,
    rare: nearest(FREQUENCIES.rare),
    'two words': `${common} ${middling}`,
    'a word without another': `${rarer} -${common}`,
    'only without a word': `-${common}`,
  }
}
