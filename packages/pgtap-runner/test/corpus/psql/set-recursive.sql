begin;
select plan(1);
\set x ':x'
select pass('a');
\set y 'select :y'
\echo :x
select * from finish();
rollback;
