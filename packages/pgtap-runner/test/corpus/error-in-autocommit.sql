\set ON_ERROR_STOP off
create temp table x (a int);
insert into x values (1);
select 1/0;
select '1..1';
select case when count(*) = 1 then 'ok 1' else 'not ok 1' end from x;
