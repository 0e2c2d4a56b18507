select '1..1';
\o /dev/null
select 'not ok 1';
\echo # still here
\o
select 'ok 1';
