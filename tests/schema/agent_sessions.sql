-- What agent_sessions is made of, and which values it refuses.

begin;
\ir helpers.sql
select plan(12);

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

insert into public.agent_sessions (user_id) values (pg_temp.account());
select is(
    pg_temp.violated($$update public.agent_sessions set request_chain = '{}' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_request_chain_check', 'a request_chain that is not an array is refused'
);
select is(
    pg_temp.violated($$update public.agent_sessions set request_chain = 'null' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_request_chain_check', 'a request_chain of JSON null is refused'
);
select is(
    pg_temp.violated($$update public.agent_sessions set context_state = '[]' where user_id = pg_temp.account()$$),
    '23514 agent_sessions_context_state_check', 'a context_state that is not an object is refused'
);
select is(
    pg_temp.violated($$update public.agent_sessions set context_state = null where user_id = pg_temp.account()$$),
    '23502 context_state', 'a session has a context_state'
);
select is(
    pg_temp.violated($$insert into public.agent_sessions (user_id) values (gen_random_uuid())$$),
    '23503 agent_sessions_user_id_fkey', 'a session needs an account'
);

select * from finish();
rollback;
