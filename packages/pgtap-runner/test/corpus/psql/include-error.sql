select '1..1';
\ir parts/broken.psql
select 'ok 1';
