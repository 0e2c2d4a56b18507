begin;
select plan(1);
\if true
select pass('a');
select * from finish();
rollback;
