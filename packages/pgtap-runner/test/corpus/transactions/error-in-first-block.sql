begin;
select plan(1);
select 1 / 0;
rollback;
create table leaked_after ();
begin;
select pass('never reached');
rollback;
