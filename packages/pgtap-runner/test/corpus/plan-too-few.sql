begin;
select plan(2);
select pass('a');
select pass('b');
select pass('c');
select * from finish();
rollback;
