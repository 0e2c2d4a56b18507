-- Written by "make accept" from the migrated database: review what changed, do not edit.
-- The structure of usage_events, and the values that it refuses.

begin;
\ir helpers.sql
select plan(20);

select results_eq(
    $$select pg_temp.columns_of('public.usage_events')$$,
    pg_temp.lines($$
        id uuid not null default gen_random_uuid()
        user_id uuid not null default auth.uid()
        event_type text not null
        tokens_used integer not null default 0
        cost numeric(12,6) not null default 0
        metadata jsonb not null default '{}'::jsonb
        created_at timestamp with time zone not null default now()
    $$),
    'usage_events has these columns'
);
select results_eq(
    $$select pg_temp.constraints_of('public.usage_events')$$,
    pg_temp.lines($$
        usage_events_cost_check CHECK (((cost >= (0)::numeric) AND (cost <= 999999.999999)))
        usage_events_event_type_check CHECK (((char_length(event_type) >= 1) AND (char_length(event_type) <= 100)))
        usage_events_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text))
        usage_events_pkey PRIMARY KEY (user_id, id)
        usage_events_tokens_used_check CHECK ((tokens_used >= 0))
    $$),
    'usage_events has these constraints'
);
select results_eq(
    $$select pg_temp.indexes_of('public.usage_events')$$,
    pg_temp.lines($$
        CREATE UNIQUE INDEX usage_events_pkey ON public.usage_events USING btree (user_id, id)
        CREATE INDEX usage_events_user_id_created_at_idx ON public.usage_events USING btree (user_id, created_at DESC, id DESC)
    $$),
    'usage_events has these indexes'
);
select is_empty($$select pg_temp.triggers_of('public.usage_events')$$, 'usage_events has no triggers');
select results_eq(
    $$select pg_temp.policies_of('public.usage_events')$$,
    pg_temp.lines($$
        permissive usage_events_insert_own for insert to authenticated
        permissive usage_events_select_own for select to authenticated
    $$),
    'usage_events has these policies'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('public.usage_events')$$,
    'every trigger of usage_events fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'public.usage_events'::regclass),
    'row level security is on'
);

insert into public.usage_events (id, user_id, event_type) values ('00000000-0000-4000-8000-000000000001', pg_temp.account(), 'x');
select is(
    pg_temp.violated($$update public.usage_events set event_type = '' where user_id = pg_temp.account()$$),
    '23514 usage_events_event_type_check',
    'event_type cannot be empty'
);
select is(
    pg_temp.violated($$update public.usage_events set event_type = repeat('x', 101) where user_id = pg_temp.account()$$),
    '23514 usage_events_event_type_check',
    'event_type cannot be 101 characters long'
);
select is(
    pg_temp.violated($$update public.usage_events set event_type = null where user_id = pg_temp.account()$$),
    '23502 event_type',
    'event_type cannot be null'
);
select is(
    pg_temp.violated($$update public.usage_events set tokens_used = '-1' where user_id = pg_temp.account()$$),
    '23514 usage_events_tokens_used_check',
    'tokens_used cannot be -1'
);
select is(
    pg_temp.violated($$update public.usage_events set cost = '-0.000001' where user_id = pg_temp.account()$$),
    '23514 usage_events_cost_check',
    'cost cannot be -0.000001'
);
select is(
    pg_temp.violated($$update public.usage_events set cost = '1000000.000000' where user_id = pg_temp.account()$$),
    '22003',
    'cost cannot be 1000000.000000'
);
select is(
    pg_temp.violated($$update public.usage_events set cost = 'NaN' where user_id = pg_temp.account()$$),
    '23514 usage_events_cost_check',
    'cost cannot be NaN'
);
select is(
    pg_temp.violated($$update public.usage_events set metadata = '[]' where user_id = pg_temp.account()$$),
    '23514 usage_events_metadata_check',
    'metadata cannot be []'
);
select is(
    pg_temp.violated($$update public.usage_events set metadata = '"a"' where user_id = pg_temp.account()$$),
    '23514 usage_events_metadata_check',
    'metadata cannot be "a"'
);
select is(
    pg_temp.violated($$update public.usage_events set metadata = '1' where user_id = pg_temp.account()$$),
    '23514 usage_events_metadata_check',
    'metadata cannot be 1'
);
select is(
    pg_temp.violated($$update public.usage_events set metadata = 'true' where user_id = pg_temp.account()$$),
    '23514 usage_events_metadata_check',
    'metadata cannot be true'
);
select is(
    pg_temp.violated($$update public.usage_events set metadata = 'null' where user_id = pg_temp.account()$$),
    '23514 usage_events_metadata_check',
    'metadata cannot be null'
);
select is(
    pg_temp.violated($$insert into public.usage_events (id, user_id, event_type, tokens_used, cost, metadata, created_at) select id, user_id, event_type, tokens_used, cost, metadata, created_at from public.usage_events where user_id = pg_temp.account()$$),
    '23505 usage_events_pkey',
    'no two rows share their user_id, id'
);

select * from finish();
rollback;
