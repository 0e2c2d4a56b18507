begin;
select plan(1);
\i nowhere.sql
select pass('a');
select * from finish();
rollback;
