\set ON_ERROR_STOP 0
create table leaked3 (a int);
begin;
insert into leaked3 values (1);
select 1/0;
commit;
select '1..1';
select case when count(*) = 0 then 'ok 1' else 'not ok 1' end from leaked3;
drop table leaked3;
