begin;
select plan(3);
select todo('later', 2);
select fail('a');
select pass('b');
select pass('c');
select * from finish();
rollback;
