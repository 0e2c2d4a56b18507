begin;
select plan(3);
select skip('no reason', 2);
select pass('c');
select * from finish();
rollback;
