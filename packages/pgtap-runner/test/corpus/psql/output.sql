begin;
select plan(2);
\o /dev/null
select fail('not seen');
\qecho not ok 9
\o
select pass('a');
select * from finish();
rollback;
