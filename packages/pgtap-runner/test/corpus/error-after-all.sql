begin;
select plan(1);
select pass('a');
select * from finish();
rollback;
select 1/0;
