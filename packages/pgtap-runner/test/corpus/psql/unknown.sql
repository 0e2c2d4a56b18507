begin;
select plan(1);
\frobnicate
select pass('a');
select * from finish();
rollback;
