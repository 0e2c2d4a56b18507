begin;
select plan(1);
\else
select pass('a');
select * from finish();
rollback;
