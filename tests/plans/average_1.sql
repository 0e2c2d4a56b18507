-- Users have one row each on average, as many as PostgreSQL then expects of the next. Enough of them that a user, who is
-- expected to have 500 rows, is a small part of the table: below some 3,000 rows a sequential scan may be the best plan.

\set users 6000
\set average 1
\set old true
\ir parts/states.sql
