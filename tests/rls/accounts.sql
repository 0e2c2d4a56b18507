-- Accounts: identity of the caller, effects of a sign-up, and the account table, which the API cannot access.

begin;
\ir helpers.sql
select plan(47);

-- Identity
create function pg_temp.identity(claims text) returns uuid language plpgsql
as $$
begin
    perform set_config('request.jwt.claims', claims, true);
    return auth.uid();
end
$$;
select is(auth.uid(), null, 'without claims there is no identity');
select is(pg_temp.identity(claims), null, format('claims %s contain no identity', claims))
from unnest(array['', '{}', 'null', '[]', '"text"', '42', '{"sub": null}', '{"role": "service_role"}']) claims;
select throws_ok(format('select pg_temp.identity(%L)', claims), '22P02', null, format('claims %s are an error', claims))
from unnest(array[
    'text', '{', '{"sub": "x"}', '{"sub": ""}', '{"sub": 42}', '{"sub": {}}', '{"sub": ["a0000000-0000-4000-8000-00000000000a"]}'
]) claims;
select is(
    pg_temp.identity(json_build_object('sub', account)::text), account,
    'the caller is the sub of the claims'
)
from unnest(array[pg_temp.ada(), pg_temp.bob()]) account;
select is(
    pg_temp.identity(json_build_object('sub', pg_temp.ada(), 'exp', 1)::text), pg_temp.ada(),
    'the database does not check the expiry of a token: the verifier does'
);
select is(pg_temp.identity(''), null, 'after that there is no identity');

-- Sign-up
select results_eq(
    format('select name, plan_type, usage_count, subscription_status from public.user_profiles where user_id = %L', pg_temp.ada()),
    $$values ('Ada', 'free', 0, 'inactive')$$,
    'a sign-up inserts a profile on the free plan'
);
create function pg_temp.sign_up(data jsonb) returns text language plpgsql
as $$
declare
    account uuid := gen_random_uuid();
begin
    insert into auth.users (id, raw_user_meta_data) values (account, data);
    return (select coalesce(name, 'none') from public.user_profiles where user_id = account);
end
$$;
select is(pg_temp.sign_up(data), name, format('a sign-up with %s is named %s', left(data::text, 40), left(name, 10)))
from (values
    ('{}'::jsonb, 'none'),
    ('{"name": null}', 'none'),
    ('{"name": ""}', 'none'),
    ('{"name": "  "}', 'none'),
    ('{"name": " Eve "}', 'Eve'),
    ('{"name": 7}', '7'),
    ('[]', 'none'),
    ('"text"', 'none'),
    (jsonb_build_object('name', repeat('x', 300)), repeat('x', 200)),
    ('{"name": "Eve", "plan_type": "enterprise"}', 'Eve')
) sign_ups (data, name);
select is(
    (select count(*) from public.user_profiles where plan_type <> 'free' and created_at = now()), 0::bigint,
    'a sign-up cannot choose its plan'
);

-- The account table
select pg_temp.become(pg_temp.ada());
select throws_ok('select from auth.users', '42501', null, 'a user cannot read accounts');
select throws_ok('insert into auth.users default values', '42501', null, 'a user cannot add accounts');
select throws_ok('update auth.users set id = id', '42501', null, 'a user cannot change accounts');
select throws_ok('delete from auth.users', '42501', null, 'a user cannot delete accounts');
select throws_ok('truncate auth.users cascade', '42501', null, 'a user cannot truncate accounts');
select throws_ok('select private.create_user_profile()', '42501', null, 'a user cannot call the sign-up trigger');
select throws_ok('select private.touch_updated_at()', '42501', null, 'a user cannot call the updated_at trigger');
select throws_ok('select * from dbmate.schema_migrations', '42501', null, 'a user cannot read the ledger of migrations');
select pg_temp.become_role('anon');
select throws_ok('select from auth.users', '42501', null, 'anon cannot read accounts');
select throws_ok('delete from auth.users', '42501', null, 'anon cannot delete accounts');
select throws_ok('select * from dbmate.schema_migrations', '42501', null, 'anon cannot read the ledger of migrations');
select pg_temp.become_role('service_role');
select throws_ok('select from auth.users', '42501', null, 'the server reads accounts through the Auth API only');
select pg_temp.login_cannot('select from auth.users', 'the login without a role cannot read accounts');

-- A deleted account whose token is still valid
select pg_temp.become_owner();
delete from auth.users where id = pg_temp.ada();
select pg_temp.become(pg_temp.ada());
select is_empty('select from public.user_profiles', 'a deleted account has no profile');
select throws_ok(
    $$insert into public.agent_sessions (request_chain) values ('[]')$$,
    '23503', null, 'a deleted account cannot add rows'
);

select pg_temp.become_owner();
select * from finish();
rollback;
