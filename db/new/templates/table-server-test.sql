-- Who can do what with example: only the server reads and writes.

begin;
\ir helpers.sql
select plan(14);

insert into public.example (id, name) values ('00000000-0000-4000-8000-000000000001', 'one');

-- Ada
select pg_temp.become(pg_temp.ada());
select throws_ok('select from public.example', '42501', null, 'a user cannot read');
select throws_ok($$insert into public.example (name) values ('n')$$, '42501', null, 'a user cannot add a row');
select throws_ok($$update public.example set name = 'n'$$, '42501', null, 'a user cannot change a row');
select throws_ok('delete from public.example', '42501', null, 'a user cannot delete a row');
select throws_ok('truncate public.example', '42501', null, 'a user cannot truncate the table');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.example', '42501', null, 'anon cannot read');
select throws_ok($$insert into public.example (name) values ('n')$$, '42501', null, 'anon cannot add');
select throws_ok($$update public.example set name = 'n'$$, '42501', null, 'anon cannot change');
select throws_ok('delete from public.example', '42501', null, 'anon cannot delete');

-- The server, and its login
select pg_temp.become_role('service_role');
select lives_ok($$insert into public.example (name) values ('new')$$, 'the server adds a row');
select results_eq(
    $$update public.example set name = 'renamed' where name = 'new' returning name$$,
    array['renamed'],
    'the server changes a row'
);
select results_eq(
    $$delete from public.example where id = '00000000-0000-4000-8000-000000000001' returning name$$,
    array['one'],
    'the server deletes a row'
);
select throws_ok('truncate public.example', '42501', null, 'the server cannot truncate the table');
select pg_temp.login_cannot('select from public.example', 'the login without a role cannot read');

select pg_temp.become_owner();
select * from finish();
rollback;
