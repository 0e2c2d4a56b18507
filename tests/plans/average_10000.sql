-- Users have 10,000 rows each on average.

\set users 1
\set average 10000
\set old false
\ir parts/states.sql
