\echo 1..2
\echo ok 1
\qecho ok 2
