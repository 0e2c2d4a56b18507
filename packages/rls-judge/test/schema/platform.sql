-- A platform that is not Supabase: accounts are people in schema identity, and identity.caller() returns the caller.
-- The roles of the API have Supabase's names.

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;

create schema ops;
create table ops.history (version text primary key);

create schema identity;
grant usage on schema identity to anon, authenticated, service_role;

create table identity.people (
    id uuid primary key
);
alter table identity.people enable row level security;

create function identity.caller()
returns uuid
language sql stable security invoker
set search_path = pg_catalog, pg_temp
as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;

grant usage on schema public to anon, authenticated, service_role;
