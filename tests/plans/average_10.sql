-- Users have 10 rows each on average.

\set users 200
\set average 10
\set old true
\ir parts/states.sql
