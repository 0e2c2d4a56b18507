-- migrate:up

-- The ids and ranks of the first gate go to the second in arrays. On one server the plan of the second gate is as before: a
-- look-up by key for each row. On a distributed database the second gate is then one query to the node that has the caller's
-- rows. A function among the tables of a query cannot be sent to another node. docs/decisions/0083 has the cost.

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
    ids uuid[];
    ranks real[];
begin
    select array_agg(gate.id), array_agg(gate.rank)
    into ids, ranks
    from private.find_documents(terms, least(greatest(coalesce(max_results, 20), 1), 100)) as gate;
    return query
        select
            documents.id,
            documents.filename,
            documents.file_type,
            private.search_headline(coalesce(documents.content_text, documents.filename), terms),
            found.rank
        from unnest(ids, ranks) as found (id, rank)
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
    ids uuid[];
    ranks real[];
begin
    select array_agg(gate.id), array_agg(gate.rank)
    into ids, ranks
    from private.find_chunks(terms, least(greatest(coalesce(max_results, 10), 1), 100)) as gate;
    return query
        select
            document_chunks.id,
            document_chunks.document_id,
            document_chunks.chunk_index,
            document_chunks.section_title,
            document_chunks.content,
            private.search_headline(document_chunks.content, terms),
            found.rank
        from unnest(ids, ranks) as found (id, rank)
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

-- migrate:down

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
