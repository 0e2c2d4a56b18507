-- The part of Supabase Auth that migrations rely on: an account table and the caller's identity.

create table auth.users (
    id uuid primary key default gen_random_uuid(),
    email text unique,
    raw_user_meta_data jsonb not null default '{}',
    created_at timestamptz not null default now()
);

comment on table auth.users is 'One row per account. On Supabase this table belongs to Supabase Auth and has more columns.';

alter table auth.users enable row level security;

-- Same definition as Supabase's: the `sub` claim of the verified token, or null without one.
create function auth.uid() returns uuid
    language sql
    stable
    security invoker
    set search_path = ''
as $$
    select coalesce(
        nullif(pg_catalog.current_setting('request.jwt.claim.sub', true), ''),
        nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::pg_catalog.jsonb ->> 'sub'
    )::pg_catalog.uuid
$$;

comment on function auth.uid() is 'The account id in the request''s claims; null without claims.';
