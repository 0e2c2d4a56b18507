begin;
select plan(2);
\i test/corpus/psql/parts/part.psql
\include test/corpus/psql/parts/part.psql
select * from finish();
rollback;
