-- Users have one row each on average, as many as PostgreSQL then expects of the next.

begin;
\ir parts/population.sql
\ir parts/functions.sql
select no_plan();

select pg_temp.sign_up(2000);
select set_config('test.state', 'no statistics', true);
select pg_temp.fill_small(2000, 1), pg_temp.fill_large(2000, 1);
\ir parts/search.sql
\ir parts/queries.sql

truncate public.documents, public.document_chunks, public.agent_requests, public.agent_sessions, public.usage_events;
select pg_temp.fill_small(2000, 1), pg_temp.analyze_all(), pg_temp.fill_large(2000, 1);
select set_config('test.state', 'statistics from before the large user came', true);
\ir parts/search.sql
\ir parts/queries.sql

select pg_temp.analyze_all(), pg_temp.clean_pending();
select set_config('test.state', 'fresh statistics, after vacuum', true);
\ir parts/search.sql
\ir parts/queries.sql

select * from finish();
rollback;
