begin;
select plan(2);
\timing on
select pass('a');
\timing off
\timing
select pass('b');
select * from finish();
rollback;
