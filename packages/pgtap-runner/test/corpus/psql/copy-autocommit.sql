create temp table t (a int);
copy t from stdin;
1
2
\.
select '1..1';
select 'ok ' || (count(*) - 1) from t;
