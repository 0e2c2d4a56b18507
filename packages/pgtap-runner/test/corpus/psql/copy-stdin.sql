begin;
select plan(2);
create table t (a int, b text);
copy t from stdin;
1	one
2	it's; \\q
\.
copy t (a, b) from stdin with (format csv);
3,"th,ree"
\.
select is(count(*), 3::bigint) from t;
select is(b, 'it''s; \q') from t where a = 2;
select * from finish();
rollback;
