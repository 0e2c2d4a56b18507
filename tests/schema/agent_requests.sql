-- Written by "make accept" from the migrated database: review what changed, do not edit.
-- The structure of agent_requests, and the values that it refuses.

begin;
\ir helpers.sql
select plan(21);

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

insert into public.agent_requests (id, user_id, agent_type, content) values ('00000000-0000-4000-8000-000000000001', pg_temp.account(), 'x', 'x');
select is(
    pg_temp.violated($$update public.agent_requests set agent_type = '' where user_id = pg_temp.account()$$),
    '23514 agent_requests_agent_type_check',
    'agent_type cannot be empty'
);
select is(
    pg_temp.violated($$update public.agent_requests set agent_type = repeat('x', 101) where user_id = pg_temp.account()$$),
    '23514 agent_requests_agent_type_check',
    'agent_type cannot be 101 characters long'
);
select is(
    pg_temp.violated($$update public.agent_requests set agent_type = null where user_id = pg_temp.account()$$),
    '23502 agent_type',
    'agent_type cannot be null'
);
select is(
    pg_temp.violated($$update public.agent_requests set content = '' where user_id = pg_temp.account()$$),
    '23514 agent_requests_content_check',
    'content cannot be empty'
);
select is(
    pg_temp.violated($$update public.agent_requests set content = repeat('x', 100001) where user_id = pg_temp.account()$$),
    '23514 agent_requests_content_check',
    'content cannot be 100,001 characters long'
);
select is(
    pg_temp.violated($$update public.agent_requests set content = null where user_id = pg_temp.account()$$),
    '23502 content',
    'content cannot be null'
);
select is(
    pg_temp.violated($$update public.agent_requests set status = '' where user_id = pg_temp.account()$$),
    '23514 agent_requests_status_check',
    'status cannot be empty'
);
select is(
    pg_temp.violated($$update public.agent_requests set status = 'unknown' where user_id = pg_temp.account()$$),
    '23514 agent_requests_status_check',
    'status cannot be unknown'
);
select is(
    pg_temp.violated($$update public.agent_requests set status = 'PENDING' where user_id = pg_temp.account()$$),
    '23514 agent_requests_status_check',
    'status cannot be PENDING'
);
select is(
    pg_temp.violated($$update public.agent_requests set progress = '-1' where user_id = pg_temp.account()$$),
    '23514 agent_requests_progress_check',
    'progress cannot be -1'
);
select is(
    pg_temp.violated($$update public.agent_requests set progress = '101' where user_id = pg_temp.account()$$),
    '23514 agent_requests_progress_check',
    'progress cannot be 101'
);
select is(
    pg_temp.violated($$update public.agent_requests set token_cost = '-1' where user_id = pg_temp.account()$$),
    '23514 agent_requests_token_cost_check',
    'token_cost cannot be -1'
);
select is(
    pg_temp.violated($$insert into public.agent_requests (id, user_id, agent_type, content, status, progress, results, token_cost, created_at, updated_at) select id, user_id, agent_type, content, status, progress, results, token_cost, created_at, updated_at from public.agent_requests where user_id = pg_temp.account()$$),
    '23505 agent_requests_pkey',
    'no two rows share their user_id, id'
);
select is(
    pg_temp.violated($$update public.agent_requests set user_id = gen_random_uuid() where user_id = pg_temp.account()$$),
    '23503 agent_requests_user_id_fkey',
    'user_id refers to auth.users'
);

select * from finish();
rollback;
