begin;
select plan(2);
\set check 'select pass(''from a variable'');'
:check
\set half 'select is(1,'
:half 1);
select * from finish();
rollback;
