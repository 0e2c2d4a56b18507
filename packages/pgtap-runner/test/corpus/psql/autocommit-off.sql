\set AUTOCOMMIT off
select plan(1);
select pass('a');
select * from finish();
rollback;
