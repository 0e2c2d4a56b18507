-- Who can do what with usage_events: rows are added and read. Only the owner of the database can change them.

begin;
\ir helpers.sql
select plan(36);

insert into public.usage_events (id, user_id, event_type, tokens_used) values
    ('00000000-0000-4000-8000-000000000001', pg_temp.ada(), 'search', 1),
    ('00000000-0000-4000-8000-000000000002', pg_temp.bob(), 'search', 2);

-- Ada, on her own rows
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id from public.usage_events',
    array['00000000-0000-4000-8000-000000000001'::uuid],
    'a user sees her own events and nobody else''s'
);
select lives_ok(
    $$insert into public.usage_events (id, event_type, tokens_used, cost, metadata)
      values ('00000000-0000-4000-8000-000000000003', 'upload', 3, 0.000001, '{"pages": 1}')$$,
    'a user adds an event'
);
select results_eq(
    $$select user_id from public.usage_events where id = '00000000-0000-4000-8000-000000000003'$$,
    array[pg_temp.ada()],
    'an event belongs to the user who adds it'
);

-- Ada, on rows and columns that she may not write
select throws_ok(
    format($$insert into public.usage_events (user_id, event_type) values (%L, 'x')$$, pg_temp.bob()),
    '42501', null, 'a user cannot add an event to another account'
);
select throws_ok(
    $$insert into public.usage_events (event_type, created_at) values ('x', '2000-01-01')$$,
    '42501', null, 'a user cannot backdate an event'
);
select throws_ok(
    format('update public.usage_events set %I = default', column_name),
    '42501', null, format('a user cannot change %s of an event', column_name)
)
from unnest(array['id', 'user_id', 'event_type', 'tokens_used', 'cost', 'metadata', 'created_at']) as column_name;
select throws_ok(
    $$insert into public.usage_events (id, event_type) values ('00000000-0000-4000-8000-000000000001', 'x')
      on conflict (user_id, id) do update set tokens_used = 0$$,
    '42501', null, 'a user cannot change an event by a conflict'
);
select throws_ok('select from public.usage_events for update', '42501', null, 'a user cannot lock events');
select throws_ok('delete from public.usage_events', '42501', null, 'a user cannot delete events');
select throws_ok('truncate public.usage_events', '42501', null, 'a user cannot truncate events');

-- Bob, on Ada's rows
select pg_temp.become(pg_temp.bob());
select is_empty(
    $$select from public.usage_events where id = '00000000-0000-4000-8000-000000000001'$$,
    'another user cannot see the event'
);
select throws_ok(
    $$update public.usage_events set tokens_used = 0 where id = '00000000-0000-4000-8000-000000000001'$$,
    '42501', null, 'another user cannot change the event'
);
select throws_ok(
    $$delete from public.usage_events where id = '00000000-0000-4000-8000-000000000001'$$,
    '42501', null, 'another user cannot delete the event'
);
select pg_temp.become(pg_temp.ada());
select results_eq(
    $$select id, tokens_used from public.usage_events order by id$$,
    $$values ('00000000-0000-4000-8000-000000000001'::uuid, 1), ('00000000-0000-4000-8000-000000000003', 3)$$,
    'the owner sees the events unchanged'
);

-- Signed in, without identity
select pg_temp.become_role('authenticated');
select is_empty('select from public.usage_events', 'a caller without identity sees no event');
select throws_ok(
    $$insert into public.usage_events (event_type) values ('x')$$,
    '42501', null, 'a caller without identity cannot add an event'
);
select throws_ok(
    'update public.usage_events set tokens_used = 0',
    '42501', null, 'a caller without identity cannot change events'
);
select throws_ok('delete from public.usage_events', '42501', null, 'a caller without identity cannot delete events');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.usage_events', '42501', null, 'anon cannot read events');
select throws_ok('insert into public.usage_events default values', '42501', null, 'anon cannot add events');
select throws_ok('update public.usage_events set tokens_used = 0', '42501', null, 'anon cannot change events');
select throws_ok('delete from public.usage_events', '42501', null, 'anon cannot delete events');

-- The server, and its login
select pg_temp.become_role('service_role');
select results_eq(
    format('select count(*) from public.usage_events where user_id in (%L, %L)', pg_temp.ada(), pg_temp.bob()),
    array[3::bigint],
    'the server sees everybody''s events'
);
select lives_ok(
    format($$insert into public.usage_events (user_id, event_type) values (%L, 'charge')$$, pg_temp.ada()),
    'the server adds an event to an account'
);
select throws_ok('update public.usage_events set tokens_used = 0', '42501', null, 'not even the server changes events');
select throws_ok('delete from public.usage_events', '42501', null, 'not even the server deletes events');
select throws_ok('truncate public.usage_events', '42501', null, 'not even the server truncates events');
select throws_ok('select from public.usage_events for update', '42501', null, 'not even the server locks events');
select pg_temp.login_cannot('select from public.usage_events', 'the login without a role cannot read events');

-- Accounts
select pg_temp.become_owner();
delete from auth.users where id = pg_temp.ada();
select results_eq(
    format('select count(*) from public.usage_events where user_id = %L', pg_temp.ada()),
    array[3::bigint],
    'the events outlive the account'
);

select * from finish();
rollback;
