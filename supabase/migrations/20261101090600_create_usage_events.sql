-- Made by "make sum" from migrations/20261101090600_create_usage_events.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- One row per billable event: the audit trail. Rows are added and read, and nobody but the owner of the database
-- changes or removes them. user_id references nothing, so the trail outlives the account.

create table public.usage_events (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    event_type text not null,
    tokens_used integer not null default 0,
    cost numeric(12, 6) not null default 0,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint usage_events_pkey primary key (user_id, id),
    constraint usage_events_event_type_check check (char_length(event_type) between 1 and 100),
    constraint usage_events_tokens_used_check check (tokens_used >= 0),
    -- an upper bound as well: numeric has 'NaN', and NaN sorts above every number
    constraint usage_events_cost_check check (cost between 0 and 999999.999999),
    constraint usage_events_metadata_check check (jsonb_typeof(metadata) = 'object')
);

comment on table public.usage_events is 'Audit trail of what was used: rows are added, never changed, and outlive the account.';
comment on column public.usage_events.id is 'Identifier of the event, unique per user.';
comment on column public.usage_events.user_id is 'The account that used it; defaults to the caller.';
comment on column public.usage_events.event_type is 'What happened, 1 to 100 characters.';
comment on column public.usage_events.tokens_used is 'Model tokens used by the event.';
comment on column public.usage_events.cost is 'Cost in US dollars, to a millionth.';
comment on column public.usage_events.metadata is 'Object with details of the event.';
comment on column public.usage_events.created_at is 'When it happened.';

-- a user's events, newest first, page by page
create index usage_events_user_id_created_at_idx on public.usage_events (user_id, created_at desc, id desc);

revoke all on table public.usage_events from public, anon, authenticated, service_role;

alter table public.usage_events enable row level security;

-- EXPLAIN shows everybody how many rows PostgreSQL expects: it is not to know what users write.
alter table public.usage_events
    alter column event_type set statistics 0,
    alter column tokens_used set statistics 0,
    alter column cost set statistics 0,
    alter column metadata set statistics 0;

create policy usage_events_select_own on public.usage_events
    as permissive
    for select
    to authenticated
    using (user_id = (select auth.uid()));

grant select on table public.usage_events to authenticated;

create policy usage_events_insert_own on public.usage_events
    as permissive
    for insert
    to authenticated
    with check (user_id = (select auth.uid()));

grant insert (id, user_id, event_type, tokens_used, cost, metadata) on table public.usage_events to authenticated;

grant select, insert on table public.usage_events to service_role;
