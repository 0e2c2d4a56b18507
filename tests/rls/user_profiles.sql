-- Who can do what with user_profiles. The sign-up trigger inserts the rows.

begin;
\ir helpers.sql
select plan(34);

-- Ada, on her own row
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select user_id, name from public.user_profiles',
    $$values (pg_temp.ada(), 'Ada')$$,
    'a user sees her own profile and nobody else''s'
);
select results_eq(
    $$update public.user_profiles set name = 'Ada L.' returning name$$,
    $$values ('Ada L.')$$,
    'a user changes her name'
);

-- Ada, on rows and columns that she may not write
select throws_ok(
    format('update public.user_profiles set %I = default', column_name),
    '42501', null, format('a user cannot change %s of her profile', column_name)
)
from unnest(array[
    'id', 'user_id', 'plan_type', 'usage_count', 'subscription_status', 'created_at', 'updated_at'
]) as column_name;
select throws_ok(
    $$update public.user_profiles set plan_type = 'enterprise'$$,
    '42501', null, 'a user cannot upgrade her own plan'
);
select throws_ok(
    $$update public.user_profiles set subscription_status = 'active'$$,
    '42501', null, 'a user cannot activate her own subscription'
);
select throws_ok(
    'update public.user_profiles set usage_count = 0',
    '42501', null, 'a user cannot reset her own usage'
);
select throws_ok(
    $$insert into public.user_profiles (name) values ('second')$$,
    '42501', null, 'a user cannot add a profile'
);
select throws_ok(
    format($$insert into public.user_profiles (user_id, name) values (%L, 'x') on conflict (user_id) do update set name = 'x'$$, pg_temp.ada()),
    '42501', null, 'a user cannot add a profile over her own'
);
select throws_ok('delete from public.user_profiles', '42501', null, 'a user cannot delete her profile');
select throws_ok('truncate public.user_profiles', '42501', null, 'a user cannot truncate profiles');

-- Bob, on Ada's row
select pg_temp.become(pg_temp.bob());
select is_empty(
    format('select from public.user_profiles where user_id = %L', pg_temp.ada()),
    'another user cannot see the profile'
);
select is_empty(
    format($$update public.user_profiles set name = 'stolen' where user_id = %L returning id$$, pg_temp.ada()),
    'another user cannot change the profile'
);
select throws_ok(
    format('delete from public.user_profiles where user_id = %L', pg_temp.ada()),
    '42501', null, 'another user cannot delete the profile'
);
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select user_id, name from public.user_profiles',
    $$values (pg_temp.ada(), 'Ada L.')$$,
    'the owner sees the profile unchanged'
);

-- Signed in, without identity
select pg_temp.become_role('authenticated');
select is_empty('select from public.user_profiles', 'a caller without identity sees no profile');
select is_empty(
    $$update public.user_profiles set name = 'nobody' returning id$$,
    'a caller without identity changes no profile'
);
select throws_ok(
    $$insert into public.user_profiles (name) values ('x')$$,
    '42501', null, 'a caller without identity cannot add a profile'
);
select throws_ok('delete from public.user_profiles', '42501', null, 'a caller without identity cannot delete profiles');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.user_profiles', '42501', null, 'anon cannot read profiles');
select throws_ok('insert into public.user_profiles default values', '42501', null, 'anon cannot add profiles');
select throws_ok($$update public.user_profiles set name = 'x'$$, '42501', null, 'anon cannot change profiles');
select throws_ok('delete from public.user_profiles', '42501', null, 'anon cannot delete profiles');

-- The server, and its login
select pg_temp.become_role('service_role');
select results_eq(
    format(
        $$update public.user_profiles set plan_type = 'pro', subscription_status = 'active', usage_count = 3
          where user_id = %L returning plan_type, subscription_status, usage_count$$, pg_temp.ada()
    ),
    $$values ('pro', 'active', 3)$$,
    'the server changes plan, subscription and usage'
);
select results_eq(
    format('delete from public.user_profiles where user_id = %L returning user_id', pg_temp.bob()),
    array[pg_temp.bob()],
    'the server deletes a profile'
);
select lives_ok(
    format('insert into public.user_profiles (user_id) values (%L)', pg_temp.bob()),
    'the server adds a profile'
);
select throws_ok('truncate public.user_profiles', '42501', null, 'the server cannot truncate profiles');
select pg_temp.login_cannot('select from public.user_profiles', 'the login without a role cannot read profiles');

-- Accounts
select pg_temp.become_owner();
delete from auth.users where id = pg_temp.ada();
select is_empty(
    format('select from public.user_profiles where user_id = %L', pg_temp.ada()),
    'deleting the account deletes its profile'
);

select * from finish();
rollback;
