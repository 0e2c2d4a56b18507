-- Triggers, row level security and key of the account table, which belongs to the platform.

begin;
\ir helpers.sql
select plan(4);

select results_eq(
    $$select pg_temp.triggers_of('auth.users')$$,
    array['CREATE TRIGGER users_create_user_profile AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION private.create_user_profile()'],
    'a sign-up inserts a profile, and the account table has no other trigger'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('auth.users')$$,
    'every trigger of auth.users fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'auth.users'::regclass),
    'row level security is on for accounts'
);
select is(
    pg_temp.violated('insert into auth.users (id) values (pg_temp.account())'),
    '23505 users_pkey', 'no two accounts share an id'
);

select * from finish();
rollback;
