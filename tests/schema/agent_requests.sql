-- What agent_requests is made of, and which values it refuses.

begin;
\ir helpers.sql
select plan(16);

select results_eq(
    $$select pg_temp.columns_of('public.agent_requests')$$,
    pg_temp.lines($$
        id uuid not null default gen_random_uuid()
        user_id uuid not null default auth.uid()
        agent_type text not null
        content text not null
        status text not null default 'pending'::text
        progress integer not null default 0
        results jsonb
        token_cost integer not null default 0
        created_at timestamp with time zone not null default now()
        updated_at timestamp with time zone not null default now()
    $$),
    'agent_requests has these columns'
);
select results_eq(
    $$select pg_temp.constraints_of('public.agent_requests')$$,
    pg_temp.lines($$
        agent_requests_agent_type_check CHECK (((char_length(agent_type) >= 1) AND (char_length(agent_type) <= 100)))
        agent_requests_content_check CHECK (((char_length(content) >= 1) AND (char_length(content) <= 100000)))
        agent_requests_pkey PRIMARY KEY (user_id, id)
        agent_requests_progress_check CHECK (((progress >= 0) AND (progress <= 100)))
        agent_requests_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'in_progress'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
        agent_requests_token_cost_check CHECK ((token_cost >= 0))
        agent_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
    $$),
    'agent_requests has these constraints'
);
select results_eq(
    $$select pg_temp.indexes_of('public.agent_requests')$$,
    pg_temp.lines($$
        CREATE UNIQUE INDEX agent_requests_pkey ON public.agent_requests USING btree (user_id, id)
        CREATE INDEX agent_requests_user_id_created_at_idx ON public.agent_requests USING btree (user_id, created_at DESC, id DESC)
    $$),
    'agent_requests has these indexes'
);
select results_eq(
    $$select pg_temp.triggers_of('public.agent_requests')$$,
    pg_temp.lines($$
        CREATE TRIGGER agent_requests_touch_updated_at BEFORE UPDATE ON public.agent_requests FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at()
    $$),
    'agent_requests has these triggers'
);
select results_eq(
    $$select pg_temp.policies_of('public.agent_requests')$$,
    pg_temp.lines($$
        permissive agent_requests_delete_own for delete to authenticated
        permissive agent_requests_insert_own for insert to authenticated
        permissive agent_requests_select_own for select to authenticated
        permissive agent_requests_update_own for update to authenticated
    $$),
    'agent_requests has these policies'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('public.agent_requests')$$,
    'every trigger of agent_requests fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'public.agent_requests'::regclass),
    'row level security is on'
);

insert into public.agent_requests (user_id, agent_type, content) values (pg_temp.account(), 'writer', 'Write.');
select is(
    pg_temp.violated($$update public.agent_requests set agent_type = '' where user_id = pg_temp.account()$$),
    '23514 agent_requests_agent_type_check', 'an empty agent_type is refused'
);
select is(
    pg_temp.violated($$update public.agent_requests set agent_type = repeat('x', 101) where user_id = pg_temp.account()$$),
    '23514 agent_requests_agent_type_check', 'an agent_type of 101 characters is refused'
);
select is(
    pg_temp.violated($$update public.agent_requests set content = '' where user_id = pg_temp.account()$$),
    '23514 agent_requests_content_check', 'an empty content is refused'
);
select is(
    pg_temp.violated($$update public.agent_requests set content = repeat('x', 100001) where user_id = pg_temp.account()$$),
    '23514 agent_requests_content_check', 'a content of 100,001 characters is refused'
);
select is(
    pg_temp.violated($$update public.agent_requests set status = 'lost' where user_id = pg_temp.account()$$),
    '23514 agent_requests_status_check', 'an unknown status is refused'
);
select is(
    pg_temp.violated($$update public.agent_requests set progress = 101 where user_id = pg_temp.account()$$),
    '23514 agent_requests_progress_check', 'a progress of 101 is refused'
);
select is(
    pg_temp.violated($$update public.agent_requests set progress = -1 where user_id = pg_temp.account()$$),
    '23514 agent_requests_progress_check', 'a negative progress is refused'
);
select is(
    pg_temp.violated($$update public.agent_requests set token_cost = -1 where user_id = pg_temp.account()$$),
    '23514 agent_requests_token_cost_check', 'a negative token_cost is refused'
);
select is(
    pg_temp.violated($$insert into public.agent_requests (user_id, agent_type, content) values (gen_random_uuid(), 'a', 'a')$$),
    '23503 agent_requests_user_id_fkey', 'a request needs an account'
);

select * from finish();
rollback;
