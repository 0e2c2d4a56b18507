begin;
select plan(2);
\set ON_ERROR_STOP 0
select pass('a');
savepoint s;
select 1/0;
rollback to s;
select pass('b');
select * from finish();
rollback;
