begin;
select plan(1);
create table t (a int);
\copy t from stdin
1
2
\.
\copy t from 'test/corpus/psql/parts/numbers.txt'
select is(sum(a), 10::bigint) from t;
\copy (select '# out') to stdout
select * from finish();
rollback;
