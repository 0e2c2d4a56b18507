begin;
select plan(1);
select 1 as a where false \gset
select pass('a');
select * from finish();
rollback;
