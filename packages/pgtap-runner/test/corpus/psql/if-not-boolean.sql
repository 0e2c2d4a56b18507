begin;
select plan(1);
\if perhaps
select fail('a');
\else
select pass('b');
\endif
select * from finish();
rollback;
