begin;
select plan(1);
\if off
select fail('a');
\elif 0
select fail('b');
\else
select pass('c');
\endif
select * from finish();
rollback;
