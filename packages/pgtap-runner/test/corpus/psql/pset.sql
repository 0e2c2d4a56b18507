begin;
select plan(1);
\pset format unaligned
\pset tuples_only true
\pset pager off
\pset null '(null)'
\pset footer off
\pset border 2
\pset fieldsep ','
select pass('a');
select * from finish();
rollback;
