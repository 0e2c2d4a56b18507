begin;
select plan(2);
select pass('a');
select nope from nowhere;
select pass('b');
select * from finish();
rollback;
