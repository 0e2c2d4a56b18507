begin;
select plan(1);
select 'select 1/0' \gexec
select pass('a');
select * from finish();
rollback;
