-- Who can do what with agent_requests.

begin;
\ir helpers.sql
select plan(42);

insert into public.agent_requests (id, user_id, agent_type, content) values
    ('00000000-0000-4000-8000-000000000001', pg_temp.ada(), 'writer', 'Describe a ship.'),
    ('00000000-0000-4000-8000-000000000002', pg_temp.bob(), 'writer', 'Describe a tree.');

-- Ada, on her own rows
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id from public.agent_requests',
    array['00000000-0000-4000-8000-000000000001'::uuid],
    'a user sees her own requests and nobody else''s'
);
select lives_ok(
    $$insert into public.agent_requests (id, agent_type, content)
      values ('00000000-0000-4000-8000-000000000003', 'reader', 'Read it.')$$,
    'a user adds a request'
);
select results_eq(
    $$select user_id, status, progress, results, token_cost from public.agent_requests
      where id = '00000000-0000-4000-8000-000000000003'$$,
    $$values (pg_temp.ada(), 'pending', 0, null::jsonb, 0)$$,
    'a request belongs to the user who adds it and has cost nothing yet'
);
select results_eq(
    $$update public.agent_requests set content = 'Describe two ships.', status = 'cancelled'
      where id = '00000000-0000-4000-8000-000000000001' returning content, status$$,
    $$values ('Describe two ships.', 'cancelled')$$,
    'a user changes content and status of her request'
);
select results_eq(
    $$delete from public.agent_requests where id = '00000000-0000-4000-8000-000000000003' returning id$$,
    array['00000000-0000-4000-8000-000000000003'::uuid],
    'a user deletes her request'
);

-- Ada, on rows and columns that she may not write
select throws_ok(
    format($$insert into public.agent_requests (user_id, agent_type, content) values (%L, 'x', 'x')$$, pg_temp.bob()),
    '42501', null, 'a user cannot add a request to another account'
);
select throws_ok(
    format($$insert into public.agent_requests (agent_type, content, %I) values ('x', 'x', default)$$, column_name),
    '42501', null, format('a user cannot choose %s of a new request', column_name)
)
from unnest(array['status', 'progress', 'results', 'token_cost', 'created_at', 'updated_at']) as column_name;
select throws_ok(
    format('update public.agent_requests set %I = default', column_name),
    '42501', null, format('a user cannot change %s of a request', column_name)
)
from unnest(array[
    'id', 'user_id', 'agent_type', 'progress', 'results', 'token_cost', 'created_at', 'updated_at'
]) as column_name;
select throws_ok(
    'update public.agent_requests set token_cost = 0',
    '42501', null, 'a user cannot make a request cheaper'
);
select throws_ok(
    format('update public.agent_requests set user_id = %L', pg_temp.bob()),
    '42501', null, 'a user cannot give a request away'
);
select throws_ok('truncate public.agent_requests', '42501', null, 'a user cannot truncate requests');

-- Bob, on Ada's rows
select pg_temp.become(pg_temp.bob());
select is_empty(
    $$select from public.agent_requests where id = '00000000-0000-4000-8000-000000000001'$$,
    'another user cannot see the request'
);
select is_empty(
    $$update public.agent_requests set status = 'failed' where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot change the request'
);
select is_empty(
    $$delete from public.agent_requests where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot delete the request'
);
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id, status from public.agent_requests',
    $$values ('00000000-0000-4000-8000-000000000001'::uuid, 'cancelled')$$,
    'the owner sees the request unchanged'
);

-- Signed in, without identity
select pg_temp.become_role('authenticated');
select is_empty('select from public.agent_requests', 'a caller without identity sees no request');
select throws_ok(
    $$insert into public.agent_requests (agent_type, content) values ('x', 'x')$$,
    '42501', null, 'a caller without identity cannot add a request'
);
select is_empty(
    $$update public.agent_requests set content = 'x' returning id$$,
    'a caller without identity changes no request'
);
select is_empty('delete from public.agent_requests returning id', 'a caller without identity deletes no request');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.agent_requests', '42501', null, 'anon cannot read requests');
select throws_ok('insert into public.agent_requests default values', '42501', null, 'anon cannot add requests');
select throws_ok($$update public.agent_requests set content = 'x'$$, '42501', null, 'anon cannot change requests');
select throws_ok('delete from public.agent_requests', '42501', null, 'anon cannot delete requests');

-- The server, and its login
select pg_temp.become_role('service_role');
select results_eq(
    format('select count(*) from public.agent_requests where user_id in (%L, %L)', pg_temp.ada(), pg_temp.bob()),
    array[2::bigint],
    'the server sees everybody''s requests'
);
select results_eq(
    format(
        $$update public.agent_requests set status = 'completed', progress = 100, results = '{"text": "A ship."}', token_cost = 12
          where user_id = %L returning status, progress, results, token_cost$$, pg_temp.ada()
    ),
    $$values ('completed', 100, '{"text": "A ship."}'::jsonb, 12)$$,
    'the server writes status, progress, results and cost'
);
select lives_ok(
    format($$insert into public.agent_requests (user_id, agent_type, content) values (%L, 'x', 'x')$$, pg_temp.bob()),
    'the server adds a request'
);
select results_eq(
    format('delete from public.agent_requests where user_id = %L and content = ''x'' returning content', pg_temp.bob()),
    array['x'],
    'the server deletes a request'
);
select throws_ok('truncate public.agent_requests', '42501', null, 'the server cannot truncate requests');
select pg_temp.login_cannot('select from public.agent_requests', 'the login without a role cannot read requests');

-- Accounts
select pg_temp.become_owner();
delete from auth.users where id = pg_temp.ada();
select is_empty(
    format('select from public.agent_requests where user_id = %L', pg_temp.ada()),
    'deleting the account deletes its requests'
);

select * from finish();
rollback;
