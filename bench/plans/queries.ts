import { rankOf } from '../rank.ts'

/** $1: the query. Run as the user. */
export const PRODUCT = 'select * from public.search_chunks($1)'

/**
 * The same search by the owner, without row level security, planned again each time with the user and the words known.
 * PostgreSQL computes `terms` once, when it plans.
 *
 * $1: the user, $2: the query.
 */
export const FLOOR = `
  select id, document_id, chunk_index, section_title, content, private.search_headline(content, terms) as headline, rank
  from (
      select chunks.*, terms, ${rankOf('search_vector', 'terms')} as rank
      from private.search_terms($2) as terms, public.document_chunks as chunks
      where user_id = $1 and search_vector @@ terms
      order by rank desc, id
      limit 10
  ) as found
  order by rank desc, id`
