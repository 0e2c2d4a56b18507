\set ON_ERROR_STOP 0
create table leaked4 (a int primary key, b int references leaked4 deferrable initially deferred);
begin;
insert into leaked4 values (1, 2);
insert into leaked4 values (2, 1);
commit;
begin;
insert into leaked4 values (3, 4);
commit;
insert into leaked4 values (5, 6);
select '1..1';
select case when count(*) = 2 then 'ok 1' else 'not ok 1' end from leaked4;
drop table leaked4;
