begin;
select '1..2';
select 'ok 1';
create table leaked_first ();
rollback;
begin;
select case when to_regclass('leaked_first') is null then 'ok 2' else 'not ok 2' end;
rollback;
