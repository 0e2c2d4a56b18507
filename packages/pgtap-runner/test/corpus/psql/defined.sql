begin;
select plan(2);
\set x 0
select is(:{?x}, true);
select is(:{?y}, false);
select * from finish();
rollback;
