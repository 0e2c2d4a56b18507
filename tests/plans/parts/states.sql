-- The product's searches and queries in every state of the statistics, for :users users with :average rows each.
-- :old is false to skip the state of old statistics.

begin;
\ir population.sql
\ir functions.sql
select no_plan();

select pg_temp.sign_up(:users);
select set_config('test.state', 'no statistics', true);
select pg_temp.fill_small(:users, :average), pg_temp.fill_large(:users, :average);
\ir search.sql
\ir queries.sql

\if :old
truncate public.documents, public.document_chunks, public.agent_requests, public.agent_sessions, public.usage_events;
select pg_temp.fill_small(:users, :average), pg_temp.analyze_all(), pg_temp.fill_large(:users, :average);
select set_config('test.state', 'statistics from before the large user was added', true);
\ir search.sql
\ir queries.sql
\endif

select pg_temp.analyze_all(), pg_temp.clean_pending();
select set_config('test.state', 'fresh statistics, after vacuum', true);
\ir search.sql
\ir queries.sql

select * from finish();
rollback;
