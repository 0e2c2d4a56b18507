begin;
select plan(1);
select pass('a');
select * from finish();
rollback and chain;
select 1;
rollback;
