begin;
select plan(3);
select pass('a');
select * from finish();
rollback;
