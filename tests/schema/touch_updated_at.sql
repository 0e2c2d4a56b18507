-- Tests private.touch_updated_at() through a table with this trigger.

begin;
\ir helpers.sql
select plan(3);

insert into public.agent_sessions (user_id, created_at, updated_at)
values (pg_temp.account(), '2020-01-01', '2020-01-01');
update public.agent_sessions set updated_at = '2010-01-01' where user_id = pg_temp.account();
select cmp_ok(
    (select updated_at from public.agent_sessions where user_id = pg_temp.account()),
    '>=', now(),
    'a change sets updated_at to the current time, whatever was asked for'
);
select set_config('test.before', (select updated_at::text from public.agent_sessions where user_id = pg_temp.account()), true);
update public.agent_sessions set context_state = '{"step": 2}' where user_id = pg_temp.account();
select cmp_ok(
    (select updated_at from public.agent_sessions where user_id = pg_temp.account()),
    '>', current_setting('test.before')::timestamptz,
    'two changes of one transaction have different times'
);
delete from public.agent_sessions where user_id = pg_temp.account();
insert into public.agent_sessions (user_id, updated_at) values (pg_temp.account(), '2999-01-01');
update public.agent_sessions set context_state = '{"step": 3}' where user_id = pg_temp.account();
select is(
    (select updated_at from public.agent_sessions where user_id = pg_temp.account()), '2999-01-01'::timestamptz,
    'updated_at never decreases, even if the clock was set back'
);

select * from finish();
rollback;
