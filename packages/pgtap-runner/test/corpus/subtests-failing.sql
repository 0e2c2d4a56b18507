begin;
create schema t;
create function t.test_a() returns setof text language plpgsql as $$ begin return next is(1, 1, 'same'); return next is(1, 2, 'diff'); end $$;
create function t.test_b() returns setof text language plpgsql as $$ begin return next is(1, 1, 'same'); end $$;
select * from runtests('t'::name);
rollback;
