import { rankOf } from '../rank.ts'

/** A design for searching a user's chunks. */
export interface Design {
  name: string
  /** Run as the owner before the design is measured. */
  setUp: string
  /** $1: the query, $2: the number of results. Run as the user; returns id, content and rank, best first. */
  sql: string
}

const PLAIN = `
  select document_chunks.id, document_chunks.content, ${rankOf('document_chunks.search_vector', 'terms')} as rank
  from public.document_chunks, private.search_terms($1) as terms
  where document_chunks.search_vector @@ terms
  order by rank desc, id
  limit $2`

/** Designs that work with the policy and the index of the migrations. They are measured in turns. */
export const DESIGNS: readonly Design[] = [
  { name: 'equality policy, gin (user_id, search_vector), plain query', setUp: '', sql: PLAIN },
  {
    name: 'one definer function, gin (user_id, search_vector)',
    setUp: `
      create function public.search_definer(query text, max_results integer)
          returns table (id uuid, content text, rank real)
          language plpgsql stable security definer set search_path = '' as $$
      declare
          caller uuid := auth.uid();
          terms tsquery := private.search_terms(query);
      begin
          return query
              select c.id, c.content, ${rankOf('c.search_vector', 'terms')} as rank
              from public.document_chunks as c
              where c.user_id = caller and c.search_vector @@ terms
              order by rank desc, c.id
              limit max_results;
      end
      $$;`,
    sql: 'select id, content, rank from public.search_definer($1, $2)',
  },
  {
    name: 'two gates (public.search_chunks), headlines included',
    setUp: '',
    sql: 'select id, content, rank, headline from public.search_chunks($1, $2)',
  },
]

/** The design that the others replaced. Its policy and index replace those of the migrations. */
export const EXISTS_DESIGN: Design = {
  name: 'EXISTS policy, gin (search_vector), plain query',
  setUp: `
    drop policy document_chunks_select_own on public.document_chunks;
    create policy document_chunks_select_own on public.document_chunks for select to authenticated using (exists (
        select from public.documents where documents.id = document_id and documents.user_id = (select auth.uid())
    ));
    drop index public.document_chunks_user_id_search_vector_idx;
    create index on public.document_chunks using gin (search_vector);
    vacuum analyze public.document_chunks;`,
  sql: PLAIN,
}
