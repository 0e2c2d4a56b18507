-- Made by "make sum" from migrations/20261101090500_create_agent_sessions.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- One row per conversation with agents: the requests made in it, in order, and what the agents remember.

create table public.agent_sessions (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    request_chain jsonb not null default '[]',
    context_state jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint agent_sessions_pkey primary key (user_id, id),
    constraint agent_sessions_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint agent_sessions_request_chain_check check (jsonb_typeof(request_chain) = 'array'),
    constraint agent_sessions_context_state_check check (jsonb_typeof(context_state) = 'object')
);

comment on table public.agent_sessions is 'Conversations with agents: their requests in order and what the agents remember.';
comment on column public.agent_sessions.id is 'Identifier of the session, unique per user.';
comment on column public.agent_sessions.user_id is 'The account the session belongs to; defaults to the caller.';
comment on column public.agent_sessions.request_chain is 'Array of the session''s agent requests, oldest first.';
comment on column public.agent_sessions.context_state is 'Object of what the agents keep between requests.';
comment on column public.agent_sessions.created_at is 'When the session began.';
comment on column public.agent_sessions.updated_at is 'When the row last changed; kept by a trigger, never goes backwards.';

-- a user's sessions, newest first, page by page
create index agent_sessions_user_id_created_at_idx on public.agent_sessions (user_id, created_at desc, id desc);

create trigger agent_sessions_touch_updated_at
    before update on public.agent_sessions
    for each row execute function private.touch_updated_at();

revoke all on table public.agent_sessions from public, anon, authenticated, service_role;

alter table public.agent_sessions enable row level security;

-- EXPLAIN shows everybody how many rows PostgreSQL expects: it is not to know what users write.
alter table public.agent_sessions
    alter column request_chain set statistics 0,
    alter column context_state set statistics 0,
    alter column updated_at set statistics 0;

create policy agent_sessions_select_own on public.agent_sessions
    as permissive
    for select
    to authenticated
    using (user_id = (select auth.uid()));

grant select on table public.agent_sessions to authenticated;

create policy agent_sessions_insert_own on public.agent_sessions
    as permissive
    for insert
    to authenticated
    with check (user_id = (select auth.uid()));

grant insert (id, user_id, request_chain, context_state) on table public.agent_sessions to authenticated;

create policy agent_sessions_update_own on public.agent_sessions
    as permissive
    for update
    to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));

grant update (request_chain, context_state) on table public.agent_sessions to authenticated;

create policy agent_sessions_delete_own on public.agent_sessions
    as permissive
    for delete
    to authenticated
    using (user_id = (select auth.uid()));

grant delete on table public.agent_sessions to authenticated;

grant select, insert, update, delete on table public.agent_sessions to service_role;
