begin;
select plan(1);
\endif
select pass('a');
select * from finish();
rollback;
