-- migrate:up

-- One row per …: say what it is, and who writes it.

create table public.example (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint example_pkey primary key (user_id, id),
    constraint example_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint example_name_check check (char_length(name) between 1 and 200)
);

comment on table public.example is 'What a row is.';
comment on column public.example.id is 'Identifier, unique per user.';
comment on column public.example.user_id is 'The account the row belongs to; defaults to the caller.';
comment on column public.example.name is 'Name, 1 to 200 characters.';
comment on column public.example.created_at is 'When the row was created.';
comment on column public.example.updated_at is 'When the row last changed; kept by a trigger, never goes backwards.';

-- a user's rows, newest first, page by page
create index example_user_id_created_at_idx on public.example (user_id, created_at desc, id desc);

create trigger example_touch_updated_at
    before update on public.example
    for each row execute function private.touch_updated_at();

revoke all on table public.example from public, anon, authenticated, service_role;

alter table public.example enable row level security;

-- EXPLAIN reveals row estimates to every caller, so keep no statistics on user-written columns
alter table public.example
    alter column name set statistics 0,
    alter column updated_at set statistics 0;

create policy example_select_own on public.example
    as permissive
    for select
    to authenticated
    using (user_id = (select auth.uid()));

grant select on table public.example to authenticated;

create policy example_insert_own on public.example
    as permissive
    for insert
    to authenticated
    with check (user_id = (select auth.uid()));

grant insert (id, user_id, name) on table public.example to authenticated;

create policy example_update_own on public.example
    as permissive
    for update
    to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));

grant update (name) on table public.example to authenticated;

create policy example_delete_own on public.example
    as permissive
    for delete
    to authenticated
    using (user_id = (select auth.uid()));

grant delete on table public.example to authenticated;

grant select, insert, update, delete on table public.example to service_role;

-- migrate:down

drop table public.example;
