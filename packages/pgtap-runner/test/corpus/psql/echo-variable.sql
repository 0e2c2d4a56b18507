\set n 1
\echo 1..:n
\echo ok :n - :'n'
