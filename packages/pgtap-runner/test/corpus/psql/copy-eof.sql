select '1..1';
create temp table t (a int);
select 'ok 1';
copy t from stdin;
1
