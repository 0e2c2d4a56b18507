-- Written by "make accept" from the migrated database: review what changed, do not edit.
-- The structure of user_profiles, and the values that it refuses.

begin;
\ir helpers.sql
select plan(18);

select results_eq(
    $$select pg_temp.columns_of('public.user_profiles')$$,
    pg_temp.lines($$
        id uuid not null default gen_random_uuid()
        user_id uuid not null default auth.uid()
        name text
        plan_type text not null default 'free'::text
        usage_count integer not null default 0
        subscription_status text not null default 'inactive'::text
        created_at timestamp with time zone not null default now()
        updated_at timestamp with time zone not null default now()
    $$),
    'user_profiles has these columns'
);
select results_eq(
    $$select pg_temp.constraints_of('public.user_profiles')$$,
    pg_temp.lines($$
        user_profiles_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)))
        user_profiles_pkey PRIMARY KEY (user_id)
        user_profiles_plan_type_check CHECK ((plan_type = ANY (ARRAY['free'::text, 'pro'::text, 'enterprise'::text])))
        user_profiles_subscription_status_check CHECK ((subscription_status = ANY (ARRAY['inactive'::text, 'trialing'::text, 'active'::text, 'past_due'::text, 'canceled'::text])))
        user_profiles_usage_count_check CHECK ((usage_count >= 0))
        user_profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
    $$),
    'user_profiles has these constraints'
);
select results_eq(
    $$select pg_temp.indexes_of('public.user_profiles')$$,
    pg_temp.lines($$
        CREATE UNIQUE INDEX user_profiles_pkey ON public.user_profiles USING btree (user_id)
    $$),
    'user_profiles has these indexes'
);
select results_eq(
    $$select pg_temp.triggers_of('public.user_profiles')$$,
    pg_temp.lines($$
        CREATE TRIGGER user_profiles_touch_updated_at BEFORE UPDATE ON public.user_profiles FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at()
    $$),
    'user_profiles has these triggers'
);
select results_eq(
    $$select pg_temp.policies_of('public.user_profiles')$$,
    pg_temp.lines($$
        permissive user_profiles_select_own for select to authenticated
        permissive user_profiles_update_own for update to authenticated
    $$),
    'user_profiles has these policies'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('public.user_profiles')$$,
    'every trigger of user_profiles fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'public.user_profiles'::regclass),
    'row level security is on'
);

delete from public.user_profiles where user_id = pg_temp.account();
insert into public.user_profiles (id, user_id) values ('00000000-0000-4000-8000-000000000001', pg_temp.account());
select is(
    pg_temp.violated($$update public.user_profiles set name = '' where user_id = pg_temp.account()$$),
    '23514 user_profiles_name_check',
    'name cannot be empty'
);
select is(
    pg_temp.violated($$update public.user_profiles set name = repeat('x', 201) where user_id = pg_temp.account()$$),
    '23514 user_profiles_name_check',
    'name cannot be 201 characters long'
);
select is(
    pg_temp.violated($$update public.user_profiles set plan_type = '' where user_id = pg_temp.account()$$),
    '23514 user_profiles_plan_type_check',
    'plan_type cannot be empty'
);
select is(
    pg_temp.violated($$update public.user_profiles set plan_type = 'unknown' where user_id = pg_temp.account()$$),
    '23514 user_profiles_plan_type_check',
    'plan_type cannot be unknown'
);
select is(
    pg_temp.violated($$update public.user_profiles set plan_type = 'FREE' where user_id = pg_temp.account()$$),
    '23514 user_profiles_plan_type_check',
    'plan_type cannot be FREE'
);
select is(
    pg_temp.violated($$update public.user_profiles set usage_count = '-1' where user_id = pg_temp.account()$$),
    '23514 user_profiles_usage_count_check',
    'usage_count cannot be -1'
);
select is(
    pg_temp.violated($$update public.user_profiles set subscription_status = '' where user_id = pg_temp.account()$$),
    '23514 user_profiles_subscription_status_check',
    'subscription_status cannot be empty'
);
select is(
    pg_temp.violated($$update public.user_profiles set subscription_status = 'unknown' where user_id = pg_temp.account()$$),
    '23514 user_profiles_subscription_status_check',
    'subscription_status cannot be unknown'
);
select is(
    pg_temp.violated($$update public.user_profiles set subscription_status = 'INACTIVE' where user_id = pg_temp.account()$$),
    '23514 user_profiles_subscription_status_check',
    'subscription_status cannot be INACTIVE'
);
select is(
    pg_temp.violated($$insert into public.user_profiles (id, user_id, name, plan_type, usage_count, subscription_status, created_at, updated_at) select gen_random_uuid(), user_id, name, plan_type, usage_count, subscription_status, created_at, updated_at from public.user_profiles where user_id = pg_temp.account()$$),
    '23505 user_profiles_pkey',
    'an account has one row'
);
select is(
    pg_temp.violated($$update public.user_profiles set user_id = gen_random_uuid() where user_id = pg_temp.account()$$),
    '23503 user_profiles_user_id_fkey',
    'user_id refers to auth.users'
);

select * from finish();
rollback;
