begin;
select plan(1);
create table t (a int);
create table l (a int);
create rule r as on insert to t do also (insert into l values (new.a); insert into l values (new.a + 1));
insert into t values (1);
select is(count(*), 2::bigint) from l;
select * from finish();
rollback;
