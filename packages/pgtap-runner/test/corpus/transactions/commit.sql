create table leaked (a int);
begin;
select plan(1);
insert into leaked values (1);
commit;
begin;
select is(count(*), 1::bigint) from leaked;
rollback;
drop table leaked;
