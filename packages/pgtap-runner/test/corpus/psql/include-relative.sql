begin;
select plan(3);
\ir parts/part.psql
\include_relative parts/nested.psql
select * from finish();
rollback;
