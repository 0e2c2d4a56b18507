-- Who can do what with agent_sessions.

begin;
\ir helpers.sql
select plan(27);

insert into public.agent_sessions (id, user_id, context_state) values
    ('00000000-0000-4000-8000-000000000001', pg_temp.ada(), '{"topic": "ships"}'),
    ('00000000-0000-4000-8000-000000000002', pg_temp.bob(), '{"topic": "trees"}');

-- Ada, on her own rows
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id from public.agent_sessions',
    array['00000000-0000-4000-8000-000000000001'::uuid],
    'a user sees her own sessions and nobody else''s'
);
select lives_ok(
    $$insert into public.agent_sessions (id, request_chain) values ('00000000-0000-4000-8000-000000000003', '[1]')$$,
    'a user adds a session'
);
select results_eq(
    $$select user_id from public.agent_sessions where id = '00000000-0000-4000-8000-000000000003'$$,
    array[pg_temp.ada()],
    'a session belongs to the user who adds it'
);
select results_eq(
    $$update public.agent_sessions set request_chain = '[1, 2]', context_state = '{}'
      where id = '00000000-0000-4000-8000-000000000001' returning request_chain$$,
    $$values ('[1, 2]'::jsonb)$$,
    'a user changes request_chain and context_state of her session'
);
select results_eq(
    $$delete from public.agent_sessions where id = '00000000-0000-4000-8000-000000000003' returning id$$,
    array['00000000-0000-4000-8000-000000000003'::uuid],
    'a user deletes her session'
);

-- Ada, on rows and columns that she may not write
select throws_ok(
    format('insert into public.agent_sessions (user_id) values (%L)', pg_temp.bob()),
    '42501', null, 'a user cannot add a session to another account'
);
select throws_ok(
    'insert into public.agent_sessions (created_at) values (now())',
    '42501', null, 'a user cannot choose created_at'
);
select throws_ok(
    'insert into public.agent_sessions (updated_at) values (now())',
    '42501', null, 'a user cannot choose updated_at'
);
select throws_ok(
    format('update public.agent_sessions set user_id = %L', pg_temp.bob()),
    '42501', null, 'a user cannot give a session away'
);
select throws_ok(
    'update public.agent_sessions set id = gen_random_uuid()',
    '42501', null, 'a user cannot change the id of a session'
);
select throws_ok(
    'update public.agent_sessions set created_at = now()',
    '42501', null, 'a user cannot change created_at'
);
select throws_ok(
    'update public.agent_sessions set updated_at = now()',
    '42501', null, 'a user cannot change updated_at'
);
select throws_ok(
    'truncate public.agent_sessions',
    '42501', null, 'a user cannot truncate sessions'
);

-- Bob, on Ada's rows
select pg_temp.become(pg_temp.bob());
select is_empty(
    $$select from public.agent_sessions where id = '00000000-0000-4000-8000-000000000001'$$,
    'another user cannot see the session'
);
select is_empty(
    $$update public.agent_sessions set context_state = '{"stolen": true}'
      where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot change the session'
);
select is_empty(
    $$delete from public.agent_sessions where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot delete the session'
);
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id, context_state from public.agent_sessions',
    $$values ('00000000-0000-4000-8000-000000000001'::uuid, '{}'::jsonb)$$,
    'the owner sees the session unchanged'
);

-- Signed in, without identity
select pg_temp.become_role('authenticated');
select is_empty('select from public.agent_sessions', 'a caller without identity sees no session');
select throws_ok(
    $$insert into public.agent_sessions (request_chain) values ('[]')$$,
    '42501', null, 'a caller without identity cannot add a session'
);
select is_empty(
    $$update public.agent_sessions set request_chain = '[]' returning id$$,
    'a caller without identity changes no session'
);
select is_empty('delete from public.agent_sessions returning id', 'a caller without identity deletes no session');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.agent_sessions', '42501', null, 'anon cannot read sessions');
select throws_ok('insert into public.agent_sessions default values', '42501', null, 'anon cannot add sessions');
select throws_ok($$update public.agent_sessions set request_chain = '[]'$$, '42501', null, 'anon cannot change sessions');
select throws_ok('delete from public.agent_sessions', '42501', null, 'anon cannot delete sessions');

-- The server, and its login
select pg_temp.become_role('service_role');
select results_eq(
    format('select id from public.agent_sessions where user_id in (%L, %L) order by id', pg_temp.ada(), pg_temp.bob()),
    array['00000000-0000-4000-8000-000000000001'::uuid, '00000000-0000-4000-8000-000000000002'],
    'the server sees everybody''s sessions'
);
select pg_temp.login_cannot('select from public.agent_sessions', 'the login without a role cannot read sessions');

select pg_temp.become_owner();
select * from finish();
rollback;
