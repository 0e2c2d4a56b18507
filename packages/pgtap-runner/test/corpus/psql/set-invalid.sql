begin;
select plan(1);
\set ON_ERROR_STOP maybe
select pass('a');
select * from finish();
rollback;
