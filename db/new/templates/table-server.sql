-- migrate:up

-- One row per …: say what it is. Only the server reads and writes the rows.

create table public.example (
    id uuid not null default gen_random_uuid(),
    name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint example_pkey primary key (id),
    constraint example_name_check check (char_length(name) between 1 and 200)
);

comment on table public.example is 'What a row is; for the server alone.';
comment on column public.example.id is 'Identifier.';
comment on column public.example.name is 'Name, 1 to 200 characters.';
comment on column public.example.created_at is 'When the row was created.';
comment on column public.example.updated_at is 'When the row last changed; kept by a trigger, never goes backwards.';

create trigger example_touch_updated_at
    before update on public.example
    for each row execute function private.touch_updated_at();

revoke all on table public.example from public, anon, authenticated, service_role;

alter table public.example enable row level security;

-- EXPLAIN reveals row estimates to every caller, so keep no statistics on written columns
alter table public.example
    alter column name set statistics 0,
    alter column updated_at set statistics 0;

-- No policy: only the server, which bypasses row level security, can access rows.
grant select, insert, update, delete on table public.example to service_role;

-- migrate:down

drop table public.example;
