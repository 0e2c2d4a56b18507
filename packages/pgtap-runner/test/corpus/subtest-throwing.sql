begin;
create schema t;
create function t.test_a() returns setof text language plpgsql as $$ begin return next pass('x'); raise exception 'oops'; end $$;
select * from runtests('t'::name);
rollback;
