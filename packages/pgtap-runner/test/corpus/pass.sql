begin;
select plan(2);
select pass('one');
select is(1, 1, 'two');
select * from finish();
rollback;
