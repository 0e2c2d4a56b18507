-- Users have one row each on average. There are enough users that 500 rows, the planner's estimate for a user, are a small
-- part of the table: below about 3,000 rows, a sequential scan may be the best plan.

\set users 6000
\set average 1
\set old true
\ir parts/states.sql
