begin;
select plan(3);
select pass('a') \g
select pass('b')
\g
select fail('hidden') \g /dev/null
select * from finish();
rollback;
