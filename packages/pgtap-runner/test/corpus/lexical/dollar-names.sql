begin;
select plan(2);
create table a$b$c (d int);
select is((select count(*) from a$b$c), 0::bigint);
prepare p as select $1::int;
select pass('x');
select * from finish();
rollback;
