-- Made by "make sum" from migrations/20261101090700_create_search.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- Full-text search over the caller's own rows, through two gates. `@@` is not leakproof, so under row level
-- security PostgreSQL may not use the GIN index before the policy has filtered. The first gate, a definer function
-- in `private`, finds ids through the index, for the caller only; the second, an invoker function in `public`, reads
-- those rows under row level security. A mistake in the first cannot show foreign content.

create function private.search_terms(query text) returns tsquery
    language plpgsql
    immutable
    security invoker
    -- an exception block is a subtransaction, which parallel queries cannot have
    parallel unsafe
    set search_path = ''
    set client_min_messages = warning
as $$
declare
    -- A query is a few words; a very long one would raise "tsquery is too large".
    words text := pg_catalog.left(query, 1000);
begin
    return pg_catalog.websearch_to_tsquery('pg_catalog.english', words);
exception when internal_error then
    -- A dash negates what follows; a rule of 32 of them raises "tsquery stack too small".
    return pg_catalog.plainto_tsquery('pg_catalog.english', words);
end
$$;

comment on function private.search_terms(text) is 'The query as a tsquery, in web search syntax; never raises. Read from its first 1,000 characters.';

revoke all on function private.search_terms(text) from public, anon, authenticated, service_role;
grant execute on function private.search_terms(text) to authenticated;

-- HTML in the text is escaped before the matches are marked, so the headline can be shown as it is.
create function private.search_headline(body text, terms tsquery) returns text
    language plpgsql
    immutable
    security invoker
    parallel safe
    set search_path = ''
as $$
declare
    escaped text := pg_catalog.left(body, 100000);
begin
    escaped := pg_catalog.replace(escaped, '&', '&amp;');
    escaped := pg_catalog.replace(escaped, '<', '&lt;');
    escaped := pg_catalog.replace(escaped, '>', '&gt;');
    escaped := pg_catalog.replace(escaped, '"', '&quot;');
    escaped := pg_catalog.replace(escaped, '''', '&#39;');
    return pg_catalog.ts_headline(
        'pg_catalog.english', escaped, terms, 'StartSel=<mark>, StopSel=</mark>, MaxWords=35, MinWords=15'
    );
end
$$;

comment on function private.search_headline(text, tsquery) is
    'A passage of the text with the matches in <mark>; all other HTML is escaped. Looks at the first 100,000 characters.';

revoke all on function private.search_headline(text, tsquery) from public, anon, authenticated, service_role;
grant execute on function private.search_headline(text, tsquery) to authenticated;

create function private.find_documents(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    -- As many as are usually asked for. The planner's guess of 1,000 would make the second gate read all of the
    -- caller's rows, where a few look-ups by key will do.
    rows 20
    set search_path = ''
as $$
declare
    -- pg_temp is searched first for type names, whatever search_path says: names here are qualified
    caller pg_catalog.uuid := auth.uid();
begin
    return query
        select documents.id, pg_catalog.ts_rank(documents.search_vector, terms, 1) as rank
        from public.documents
        where documents.user_id = caller
            and documents.search_vector @@ terms
        order by rank desc, documents.id
        limit max_results;
end
$$;

comment on function private.find_documents(tsquery, integer) is 'First gate of search_documents: ids and ranks of the caller''s own matches.';

revoke all on function private.find_documents(tsquery, integer) from public, anon, authenticated, service_role;
grant execute on function private.find_documents(tsquery, integer) to authenticated;

create function private.find_chunks(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    -- As many as are usually asked for. The planner's guess of 1,000 would make the second gate read all of the
    -- caller's rows, where a few look-ups by key will do.
    rows 10
    set search_path = ''
as $$
declare
    -- pg_temp is searched first for type names, whatever search_path says: names here are qualified
    caller pg_catalog.uuid := auth.uid();
begin
    return query
        select document_chunks.id, pg_catalog.ts_rank(document_chunks.search_vector, terms, 1) as rank
        from public.document_chunks
        where document_chunks.user_id = caller
            and document_chunks.search_vector @@ terms
        order by rank desc, document_chunks.id
        limit max_results;
end
$$;

comment on function private.find_chunks(tsquery, integer) is 'First gate of search_chunks: ids and ranks of the caller''s own matches.';

revoke all on function private.find_chunks(tsquery, integer) from public, anon, authenticated, service_role;
grant execute on function private.find_chunks(tsquery, integer) to authenticated;

create function public.search_documents(query text, max_results integer default 20) returns table (
    id uuid,
    filename text,
    file_type text,
    headline text,
    rank real
)
    language plpgsql
    stable
    security invoker
    set search_path = ''
as $$
declare
    terms tsquery := private.search_terms(query);
begin
    return query
        select
            documents.id,
            documents.filename,
            documents.file_type,
            private.search_headline(coalesce(documents.content_text, documents.filename), terms),
            found.rank
        from private.find_documents(terms, least(greatest(coalesce(max_results, 20), 1), 100)) as found
        join public.documents on documents.id = found.id and documents.user_id = (select auth.uid())
        order by found.rank desc, found.id;
end
$$;

comment on function public.search_documents(text, integer) is
    'The caller''s own documents that match, best first, with a headline (HTML, matches in <mark>). Web search syntax; max_results is held to 1..100. A query without words finds nothing.';

revoke all on function public.search_documents(text, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_documents(text, integer) to authenticated;

create function public.search_chunks(query text, max_results integer default 10) returns table (
    id uuid,
    document_id uuid,
    chunk_index integer,
    section_title text,
    content text,
    headline text,
    rank real
)
    language plpgsql
    stable
    security invoker
    set search_path = ''
as $$
declare
    terms tsquery := private.search_terms(query);
begin
    return query
        select
            document_chunks.id,
            document_chunks.document_id,
            document_chunks.chunk_index,
            document_chunks.section_title,
            document_chunks.content,
            private.search_headline(document_chunks.content, terms),
            found.rank
        from private.find_chunks(terms, least(greatest(coalesce(max_results, 10), 1), 100)) as found
        join public.document_chunks on document_chunks.id = found.id and document_chunks.user_id = (select auth.uid())
        order by found.rank desc, found.id;
end
$$;

comment on function public.search_chunks(text, integer) is
    'The caller''s own chunks that match, best first, with a headline (HTML, matches in <mark>). Web search syntax; max_results is held to 1..100. A query without words finds nothing.';

revoke all on function public.search_chunks(text, integer) from public, anon, authenticated, service_role;
grant execute on function public.search_chunks(text, integer) to authenticated;
