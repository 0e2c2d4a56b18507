select '1..1';
begin;
select 'ok 1';
-- notecommit;
create table leaked_return ();
rollback;
drop table if exists leaked_return;
