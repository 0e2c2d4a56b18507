-- Users have 10,000 rows each on average.

begin;
\ir parts/population.sql
\ir parts/functions.sql
select no_plan();

select pg_temp.sign_up(1);
select set_config('test.state', 'no statistics', true);
select pg_temp.fill_small(1, 10000), pg_temp.fill_large(1, 10000);
\ir parts/search.sql
\ir parts/queries.sql

select pg_temp.analyze_all(), pg_temp.clean_pending();
select set_config('test.state', 'fresh statistics, after vacuum', true);
\ir parts/search.sql
\ir parts/queries.sql

select * from finish();
rollback;
