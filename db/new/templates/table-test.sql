-- Who can do what with example.

begin;
\ir helpers.sql
select plan(22);

insert into public.example (id, user_id, name) values
    ('00000000-0000-4000-8000-000000000001', pg_temp.ada(), 'hers'),
    ('00000000-0000-4000-8000-000000000002', pg_temp.bob(), 'his');

-- Ada, on her own rows
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id from public.example',
    array['00000000-0000-4000-8000-000000000001'::uuid],
    'a user sees her own rows and nobody else''s'
);
select results_eq(
    $$insert into public.example (id, name) values ('00000000-0000-4000-8000-000000000003', 'new') returning user_id$$,
    array[pg_temp.ada()],
    'a row belongs to the user who adds it'
);
select results_eq(
    $$update public.example set name = 'renamed' where id = '00000000-0000-4000-8000-000000000001' returning name$$,
    array['renamed'],
    'a user changes the name of her row'
);
select results_eq(
    $$delete from public.example where id = '00000000-0000-4000-8000-000000000003' returning id$$,
    array['00000000-0000-4000-8000-000000000003'::uuid],
    'a user deletes her row'
);

-- Ada, on rows and columns that she may not write
select throws_ok(
    format($$insert into public.example (user_id, name) values (%L, 'gift')$$, pg_temp.bob()),
    '42501', null, 'a user cannot add a row to another account'
);
select throws_ok(
    $$insert into public.example (name, created_at) values ('old', now())$$,
    '42501', null, 'a user cannot choose created_at'
);
select throws_ok(
    format('update public.example set user_id = %L', pg_temp.bob()),
    '42501', null, 'a user cannot give a row away'
);
select throws_ok(
    'update public.example set id = gen_random_uuid()',
    '42501', null, 'a user cannot change the id of a row'
);
select throws_ok('truncate public.example', '42501', null, 'a user cannot truncate the table');

-- Bob, on Ada's rows
select pg_temp.become(pg_temp.bob());
select is_empty(
    $$select from public.example where id = '00000000-0000-4000-8000-000000000001'$$,
    'another user cannot see the row'
);
select is_empty(
    $$update public.example set name = 'stolen' where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot change the row'
);
select is_empty(
    $$delete from public.example where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot delete the row'
);
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select name from public.example',
    array['renamed'],
    'the owner sees the row unchanged'
);

-- Signed in, without identity
select pg_temp.become_role('authenticated');
select is_empty('select from public.example', 'a caller without identity sees nothing');
select throws_ok(
    $$insert into public.example (name) values ('nobody''s')$$,
    '42501', null, 'a caller without identity cannot add a row'
);
select is_empty('delete from public.example returning id', 'a caller without identity deletes nothing');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.example', '42501', null, 'anon cannot read');
select throws_ok($$insert into public.example (name) values ('n')$$, '42501', null, 'anon cannot add');
select throws_ok($$update public.example set name = 'n'$$, '42501', null, 'anon cannot change');
select throws_ok('delete from public.example', '42501', null, 'anon cannot delete');

-- The server, and its login
select pg_temp.become_role('service_role');
select results_eq(
    format('select id from public.example where user_id in (%L, %L) order by id', pg_temp.ada(), pg_temp.bob()),
    array['00000000-0000-4000-8000-000000000001'::uuid, '00000000-0000-4000-8000-000000000002'],
    'the server sees everybody''s rows'
);
select pg_temp.login_cannot('select from public.example', 'the login without a role cannot read');

select pg_temp.become_owner();
select * from finish();
rollback;
