begin;
select plan(1);
select 1/0 as a \gset
select pass('a');
select * from finish();
rollback;
