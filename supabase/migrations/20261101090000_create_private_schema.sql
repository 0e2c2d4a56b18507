-- Made by "make sum" from migrations/20261101090000_create_private_schema.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- What the tables share: a schema that no API exposes, the trigger function behind every `updated_at`, and the
-- function behind every `search_vector`.

create schema private;

comment on schema private is 'Functions of the database itself. Not exposed by any API.';

revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- Lets one GIN index hold user_id beside search_vector, so that a search reads the caller's entries only.
create extension if not exists btree_gin with schema extensions;

create function private.touch_updated_at() returns trigger
    language plpgsql
    volatile
    security invoker
    set search_path = ''
as $$
begin
    new.updated_at := greatest(pg_catalog.clock_timestamp(), old.updated_at);
    return new;
end
$$;

comment on function private.touch_updated_at() is
    'Before-update trigger: sets updated_at to the current time, and never to an earlier one than it had.';

revoke all on function private.touch_updated_at() from public, anon, authenticated, service_role;

-- A tsvector holds at most 1,048,575 bytes of lexemes and positions; to_tsvector raises 54000 beyond that, and
-- the insert would fail with it. How much text fits depends on its words (hyphenated words and URLs are indexed
-- whole and in parts, characters have up to 4 bytes), so the text is halved until its vector fits.
-- https://www.postgresql.org/docs/current/textsearch-limitations.html
create function private.weighted_tsvector(title text, title_weight "char", body text) returns tsvector
    language plpgsql
    immutable
    security invoker
    -- an exception block is a subtransaction, which parallel queries cannot have
    parallel unsafe
    set search_path = ''
    -- Words over 2,047 bytes are left out with a NOTICE each; a file of them would flood the client.
    set client_min_messages = warning
as $$
declare
    head tsvector := pg_catalog.setweight(
        pg_catalog.to_tsvector('pg_catalog.english', coalesce(title, '')), title_weight
    );
    fitting text := coalesce(body, '');
begin
    loop
        begin
            return head || pg_catalog.setweight(pg_catalog.to_tsvector('pg_catalog.english', fitting), 'C');
        exception when program_limit_exceeded then
            fitting := pg_catalog.left(fitting, pg_catalog.char_length(fitting) / 2);
        end;
    end loop;
end
$$;

comment on function private.weighted_tsvector(text, "char", text) is
    'Search vector of a title (with the weight given) and a body (weight C). A body too large for a tsvector is indexed from its start, as far as fits.';

-- Generated columns call it with the privileges of whoever writes the row.
revoke all on function private.weighted_tsvector(text, "char", text) from public, anon, authenticated, service_role;
grant execute on function private.weighted_tsvector(text, "char", text) to authenticated, service_role;
