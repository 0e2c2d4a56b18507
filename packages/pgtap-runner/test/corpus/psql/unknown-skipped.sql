begin;
select plan(1);
\if false
\frobnicate
\endif
select pass('a');
select * from finish();
rollback;
