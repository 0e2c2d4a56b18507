begin;
select plan(1);
select fail('a')
\r
select pass('b');
select 'x' \p
\r
select * from finish();
rollback;
