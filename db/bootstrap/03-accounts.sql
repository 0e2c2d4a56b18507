-- The part of Supabase Auth's account table that migrations need.

create table auth.users (
    id uuid primary key default gen_random_uuid(),
    email text unique,
    raw_user_meta_data jsonb not null default '{}',
    created_at timestamptz not null default now()
);

comment on table auth.users is 'One row per account. On Supabase this table belongs to Supabase Auth and has more columns.';

alter table auth.users enable row level security;
