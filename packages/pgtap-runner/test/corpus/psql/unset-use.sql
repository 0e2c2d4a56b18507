begin;
select plan(1);
select is(:nope, 1);
select * from finish();
rollback;
