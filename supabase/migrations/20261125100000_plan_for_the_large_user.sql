-- Made by "make sum" from migrations/20261125100000_plan_for_the_large_user.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- Plans that depend neither on who used the connection before, nor on statistics. PL/pgSQL keeps one plan for a session
-- after five calls, made for the average user. Where the average user has few rows it read all of the caller's rows and
-- compared each: for a caller with many, ten times the work.
--
-- Search has one good plan, so the functions leave the planner no other, and it is made once a session: it needs no
-- parameter. In the first gate only a row read from the table costs anything, so the index that leaves the fewest rows
-- wins: the composite one. Of equals PostgreSQL takes the most selective bitmap, so this holds even where it expects one
-- row of every user. In the second gate each row found is looked up, and only an entry read from an index costs anything:
-- the primary key has one. The settings end with the function. docs/decisions/0009 has what else was measured.

create or replace function private.find_documents(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    rows 20
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_indexscan = off
    set enable_bitmapscan = on
    set random_page_cost = 0
    set cpu_index_tuple_cost = 0
    set cpu_operator_cost = 0
as $$
declare
    caller pg_catalog.uuid := private.caller_id();
begin
    if pg_catalog.querytree(terms) = 'T' then
        -- No word that must be there: GIN would read the words of everybody. These are most of the caller's rows anyway.
        return query
            select documents.id, pg_catalog.ts_rank(documents.search_vector, terms, 1) as rank
            from public.documents
            where documents.user_id = caller
                and (documents.search_vector @@ terms) is true
            order by rank desc, documents.id
            limit max_results;
    else
        return query
            select documents.id, pg_catalog.ts_rank(documents.search_vector, terms, 1) as rank
            from public.documents
            where documents.user_id = caller
                and documents.search_vector @@ terms
            order by rank desc, documents.id
            limit max_results;
    end if;
end
$$;

create or replace function private.find_chunks(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    rows 10
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_indexscan = off
    set enable_bitmapscan = on
    set random_page_cost = 0
    set cpu_index_tuple_cost = 0
    set cpu_operator_cost = 0
as $$
declare
    caller pg_catalog.uuid := private.caller_id();
begin
    if pg_catalog.querytree(terms) = 'T' then
        -- No word that must be there: GIN would read the words of everybody. These are most of the caller's rows anyway.
        return query
            select document_chunks.id, pg_catalog.ts_rank(document_chunks.search_vector, terms, 1) as rank
            from public.document_chunks
            where document_chunks.user_id = caller
                and (document_chunks.search_vector @@ terms) is true
            order by rank desc, document_chunks.id
            limit max_results;
    else
        return query
            select document_chunks.id, pg_catalog.ts_rank(document_chunks.search_vector, terms, 1) as rank
            from public.document_chunks
            where document_chunks.user_id = caller
                and document_chunks.search_vector @@ terms
            order by rank desc, document_chunks.id
            limit max_results;
    end if;
end
$$;

create or replace function public.search_documents(query text, max_results integer default 20) returns table (
    id uuid,
    filename text,
    file_type text,
    headline text,
    rank real
)
    language plpgsql
    stable
    security invoker
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_indexscan = on
    set enable_bitmapscan = off
    set random_page_cost = 0
    set cpu_index_tuple_cost = 1
    set cpu_operator_cost = 0
as $$
declare
    terms tsquery := private.search_terms(query);
    caller pg_catalog.uuid := private.caller_id();
begin
    return query
        select
            documents.id,
            documents.filename,
            documents.file_type,
            private.search_headline(coalesce(documents.content_text, documents.filename), terms),
            found.rank
        from private.find_documents(terms, least(greatest(coalesce(max_results, 20), 1), 100)) as found
        -- the limit keeps it a look-up for each row found
        cross join lateral (
            select candidate.id, candidate.filename, candidate.file_type, candidate.content_text
            from public.documents as candidate
            where candidate.user_id = caller and candidate.id = found.id
            limit 1
        ) as documents
        order by found.rank desc, found.id;
end
$$;

create or replace function public.search_chunks(query text, max_results integer default 10) returns table (
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
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_indexscan = on
    set enable_bitmapscan = off
    set random_page_cost = 0
    set cpu_index_tuple_cost = 1
    set cpu_operator_cost = 0
as $$
declare
    terms tsquery := private.search_terms(query);
    caller pg_catalog.uuid := private.caller_id();
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
        -- the limit keeps it a look-up for each row found
        cross join lateral (
            select candidate.id, candidate.document_id, candidate.chunk_index, candidate.section_title, candidate.content
            from public.document_chunks as candidate
            where candidate.user_id = caller and candidate.id = found.id
            limit 1
        ) as document_chunks
        order by found.rank desc, found.id;
end
$$;

-- New rows wait in a list that every search reads from end to end, until vacuum or until the list is full. It was full at
-- 4 MB, thousands of chunks.

alter index public.documents_user_id_search_vector_idx set (gin_pending_list_limit = 256);
alter index public.document_chunks_user_id_search_vector_idx set (gin_pending_list_limit = 256);

select pg_catalog.gin_clean_pending_list('public.documents_user_id_search_vector_idx');
select pg_catalog.gin_clean_pending_list('public.document_chunks_user_id_search_vector_idx');

-- Every other query under row level security is planned for the average user: the policy's caller is not known then. Where
-- that one has one row, PostgreSQL takes any index that begins with user_id for as good as the right one, and joins by
-- loops: one user's 2,000 documents with their chunks took 2 s. Told that a user has 500 rows, it plans for users who have
-- many; users who have few are quick under any plan. Of single users it remembers only the one with the most rows: with
-- more of them, it takes a user who came since for one without rows.

alter table public.documents alter column user_id set statistics 1, alter column user_id set (n_distinct = -0.002);
alter table public.document_chunks alter column user_id set statistics 1, alter column user_id set (n_distinct = -0.002);
alter table public.agent_requests alter column user_id set statistics 1, alter column user_id set (n_distinct = -0.002);
alter table public.agent_sessions alter column user_id set statistics 1, alter column user_id set (n_distinct = -0.002);
alter table public.usage_events alter column user_id set statistics 1, alter column user_id set (n_distinct = -0.002);

-- Takes effect with the next statistics.
analyze public.documents (user_id), public.document_chunks (user_id), public.agent_requests (user_id), public.agent_sessions (user_id), public.usage_events (user_id);
