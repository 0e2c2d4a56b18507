\set ON_ERROR_STOP 0
\set ON_ERROR_ROLLBACK on
begin;
select plan(2);
select pass('a');
select 1/0;
select pass('b');
select * from finish();
rollback;
