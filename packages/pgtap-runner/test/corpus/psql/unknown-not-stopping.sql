begin;
select plan(1);
\set ON_ERROR_STOP 0
\frobnicate
select pass('a');
select * from finish();
rollback;
