-- Made by "make sum" from migrations/20261125090000_pin_definer_functions.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- Functions pin their search_path to pg_catalog, pg_temp. Until now it was '', which does not keep temporary objects
-- out: PostgreSQL looks for types and relations in pg_temp first, unless the path names pg_temp in another place. A
-- function that is called inherits the path of its caller. Supabase's auth.uid() casts to `uuid` without a schema. So a
-- caller who could send SQL made `create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.anything(value))`, called
-- private.find_documents, and pg_temp.anything ran with the rights of the owner, past row level security.
--
-- Two things close that, and either would do. With pg_catalog first and pg_temp last no temporary object stands in
-- front of PostgreSQL's own. And what runs as the owner no longer asks auth.uid(), which belongs to the platform, but
-- private.caller_id(), whose every name has its schema.
-- https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY

create function private.caller_id() returns uuid
    language plpgsql
    stable
    security invoker
    parallel safe
    set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        -- the older name of the claim, which auth.uid() reads first
        nullif(pg_catalog.current_setting('request.jwt.claim.sub', true), ''),
        nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb
            operator(pg_catalog.->>) 'sub'
    )::pg_catalog.uuid;
end
$$;

comment on function private.caller_id() is
    'The account id in the request''s claims, null without claims: always what auth.uid() answers, and nothing that a caller makes can stand in for a part of it.';

revoke all on function private.caller_id() from public, anon, authenticated, service_role;
grant execute on function private.caller_id() to authenticated;

-- What runs as the owner. Grants and comments stay; `rows` is as it was.

alter function private.create_user_profile() set search_path = pg_catalog, pg_temp;

create or replace function private.find_documents(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    -- As many as are usually asked for. The planner's guess of 1,000 would make the second gate read all of the
    -- caller's rows, where a few look-ups by key will do.
    rows 20
    set search_path = pg_catalog, pg_temp
as $$
declare
    caller pg_catalog.uuid := private.caller_id();
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

create or replace function private.find_chunks(terms tsquery, max_results integer) returns table (id uuid, rank real)
    language plpgsql
    stable
    security definer
    -- As many as are usually asked for. The planner's guess of 1,000 would make the second gate read all of the
    -- caller's rows, where a few look-ups by key will do.
    rows 10
    set search_path = pg_catalog, pg_temp
as $$
declare
    caller pg_catalog.uuid := private.caller_id();
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

-- What runs as the caller: a pooled session may hold temporary objects that another user made, and through these
-- functions their code would run as the next one.

alter function private.touch_updated_at() set search_path = pg_catalog, pg_temp;
alter function private.weighted_tsvector(text, "char", text) set search_path = pg_catalog, pg_temp;
alter function private.search_terms(text) set search_path = pg_catalog, pg_temp;
alter function private.search_headline(text, tsquery) set search_path = pg_catalog, pg_temp;
alter function public.search_documents(text, integer) set search_path = pg_catalog, pg_temp;
alter function public.search_chunks(text, integer) set search_path = pg_catalog, pg_temp;
