-- Written by "make accept" from the migrated database: review what changed, do not edit.
-- The structure of agent_sessions, and the values that it refuses.

begin;
\ir helpers.sql
select plan(19);

select results_eq(
    $$select pg_temp.columns_of('public.agent_sessions')$$,
    pg_temp.lines($$
        id uuid not null default gen_random_uuid()
        user_id uuid not null default auth.uid()
        request_chain jsonb not null default '[]'::jsonb
        context_state jsonb not null default '{}'::jsonb
        created_at timestamp with time zone not null default now()
        updated_at timestamp with time zone not null default now()
    $$),
    'agent_sessions has these columns'
);
select results_eq(
    $$select pg_temp.constraints_of('public.agent_sessions')$$,
    pg_temp.lines($$
        agent_sessions_context_state_check CHECK ((jsonb_typeof(context_state) = 'object'::text))
        agent_sessions_pkey PRIMARY KEY (user_id, id)
        agent_sessions_request_chain_check CHECK ((jsonb_typeof(request_chain) = 'array'::text))
        agent_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
    $$),
    'agent_sessions has these constraints'
);
select results_eq(
    $$select pg_temp.indexes_of('public.agent_sessions')$$,
    pg_temp.lines($$
        CREATE UNIQUE INDEX agent_sessions_pkey ON public.agent_sessions USING btree (user_id, id)
        CREATE INDEX agent_sessions_user_id_created_at_idx ON public.agent_sessions USING btree (user_id, created_at DESC, id DESC)
    $$),
    'agent_sessions has these indexes'
);
select results_eq(
    $$select pg_temp.triggers_of('public.agent_sessions')$$,
    pg_temp.lines($$
        CREATE TRIGGER agent_sessions_touch_updated_at BEFORE UPDATE ON public.agent_sessions FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at()
    $$),
    'agent_sessions has these triggers'
);
select results_eq(
    $$select pg_temp.policies_of('public.agent_sessions')$$,
    pg_temp.lines($$
        permissive agent_sessions_delete_own for delete to authenticated
        permissive agent_sessions_insert_own for insert to authenticated
        permissive agent_sessions_select_own for select to authenticated
        permissive agent_sessions_update_own for update to authenticated
    $$),
    'agent_sessions has these policies'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('public.agent_sessions')$$,
    'every trigger of agent_sessions fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'public.agent_sessions'::regclass),
    'row level security is on'
);

insert into public.agent_sessions (id, user_id) values ('00000000-0000-4000-8000-000000000001', pg_temp.account());
select is(
    pg_temp.violated($$update public.agent_sessions set request_chain = '{}' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_request_chain_check',
    'request_chain cannot be {}'
);
select is(
    pg_temp.violated($$update public.agent_sessions set request_chain = '"a"' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_request_chain_check',
    'request_chain cannot be "a"'
);
select is(
    pg_temp.violated($$update public.agent_sessions set request_chain = '1' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_request_chain_check',
    'request_chain cannot be 1'
);
select is(
    pg_temp.violated($$update public.agent_sessions set request_chain = 'true' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_request_chain_check',
    'request_chain cannot be true'
);
select is(
    pg_temp.violated($$update public.agent_sessions set request_chain = 'null' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_request_chain_check',
    'request_chain cannot be null'
);
select is(
    pg_temp.violated($$update public.agent_sessions set context_state = '[]' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_context_state_check',
    'context_state cannot be []'
);
select is(
    pg_temp.violated($$update public.agent_sessions set context_state = '"a"' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_context_state_check',
    'context_state cannot be "a"'
);
select is(
    pg_temp.violated($$update public.agent_sessions set context_state = '1' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_context_state_check',
    'context_state cannot be 1'
);
select is(
    pg_temp.violated($$update public.agent_sessions set context_state = 'true' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_context_state_check',
    'context_state cannot be true'
);
select is(
    pg_temp.violated($$update public.agent_sessions set context_state = 'null' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_context_state_check',
    'context_state cannot be null'
);
select is(
    pg_temp.violated($$insert into public.agent_sessions (id, user_id, request_chain, context_state, created_at, updated_at) select id, user_id, request_chain, context_state, created_at, updated_at from public.agent_sessions where user_id = pg_temp.account()$$),
    '23505 agent_sessions_pkey',
    'no two rows share their user_id, id'
);
select is(
    pg_temp.violated($$update public.agent_sessions set user_id = gen_random_uuid() where user_id = pg_temp.account()$$),
    '23503 agent_sessions_user_id_fkey',
    'user_id refers to auth.users'
);

select * from finish();
rollback;
