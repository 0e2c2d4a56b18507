-- Users have 300 rows each on average.

\set users 8
\set average 300
\set old true
\ir parts/states.sql
