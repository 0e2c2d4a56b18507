select '1..1';
create table leaked_none (a int);
select 'ok 1';
drop table leaked_none;
