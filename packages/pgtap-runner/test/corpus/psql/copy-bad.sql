begin;
select plan(1);
create table t (a int);
copy t from stdin;
x
\.
select pass('a');
select * from finish();
rollback;
