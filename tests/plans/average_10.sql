-- Users have 10 rows each on average.

begin;
\ir parts/population.sql
\ir parts/functions.sql
select no_plan();

select pg_temp.sign_up(200);
select set_config('test.state', 'no statistics', true);
select pg_temp.fill_small(200, 10), pg_temp.fill_large(200, 10);
\ir parts/search.sql
\ir parts/queries.sql

truncate public.documents, public.document_chunks, public.agent_requests, public.agent_sessions, public.usage_events;
select pg_temp.fill_small(200, 10), pg_temp.analyze_all(), pg_temp.fill_large(200, 10);
select set_config('test.state', 'statistics from before the large user came', true);
\ir parts/search.sql
\ir parts/queries.sql

select pg_temp.analyze_all(), pg_temp.clean_pending();
select set_config('test.state', 'fresh statistics, after vacuum', true);
\ir parts/search.sql
\ir parts/queries.sql

select * from finish();
rollback;
