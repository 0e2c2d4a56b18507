-- Made by "make sum" from migrations/20261101090400_create_agent_requests.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- One row per piece of work a user gives to an agent. The user writes what is asked and may change its status
-- (to cancel it); the server writes progress, results and cost.

create table public.agent_requests (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    agent_type text not null,
    content text not null,
    status text not null default 'pending',
    progress integer not null default 0,
    results jsonb,
    token_cost integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint agent_requests_pkey primary key (user_id, id),
    constraint agent_requests_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint agent_requests_agent_type_check check (char_length(agent_type) between 1 and 100),
    constraint agent_requests_content_check check (char_length(content) between 1 and 100000),
    constraint agent_requests_status_check check (
        status in ('pending', 'in_progress', 'completed', 'failed', 'cancelled')
    ),
    constraint agent_requests_progress_check check (progress between 0 and 100),
    constraint agent_requests_token_cost_check check (token_cost >= 0)
);

comment on table public.agent_requests is 'Work given to AI agents: what was asked, how far it is, what came of it.';
comment on column public.agent_requests.id is 'Identifier of the request, unique per user.';
comment on column public.agent_requests.user_id is 'The account that asked; defaults to the caller.';
comment on column public.agent_requests.agent_type is 'Which kind of agent does the work, 1 to 100 characters.';
comment on column public.agent_requests.content is 'What the user asked for, 1 to 100,000 characters.';
comment on column public.agent_requests.status is 'State of the work.';
comment on column public.agent_requests.progress is 'Share of the work done, in per cent. Written by the server only.';
comment on column public.agent_requests.results is 'What the agent produced; null until there is something. Written by the server only.';
comment on column public.agent_requests.token_cost is 'Model tokens spent so far. Written by the server only.';
comment on column public.agent_requests.created_at is 'When the request was made.';
comment on column public.agent_requests.updated_at is 'When the row last changed; kept by a trigger, never goes backwards.';

-- a user's requests, newest first, page by page
create index agent_requests_user_id_created_at_idx on public.agent_requests (user_id, created_at desc, id desc);

create trigger agent_requests_touch_updated_at
    before update on public.agent_requests
    for each row execute function private.touch_updated_at();

revoke all on table public.agent_requests from public, anon, authenticated, service_role;

alter table public.agent_requests enable row level security;

-- EXPLAIN shows everybody how many rows PostgreSQL expects: it is not to know what users write.
alter table public.agent_requests
    alter column agent_type set statistics 0,
    alter column content set statistics 0,
    alter column status set statistics 0,
    alter column progress set statistics 0,
    alter column results set statistics 0,
    alter column token_cost set statistics 0,
    alter column updated_at set statistics 0;

create policy agent_requests_select_own on public.agent_requests
    as permissive
    for select
    to authenticated
    using (user_id = (select auth.uid()));

grant select on table public.agent_requests to authenticated;

create policy agent_requests_insert_own on public.agent_requests
    as permissive
    for insert
    to authenticated
    with check (user_id = (select auth.uid()));

grant insert (id, user_id, agent_type, content) on table public.agent_requests to authenticated;

create policy agent_requests_update_own on public.agent_requests
    as permissive
    for update
    to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));

grant update (content, status) on table public.agent_requests to authenticated;

create policy agent_requests_delete_own on public.agent_requests
    as permissive
    for delete
    to authenticated
    using (user_id = (select auth.uid()));

grant delete on table public.agent_requests to authenticated;

grant select, insert, update, delete on table public.agent_requests to service_role;
