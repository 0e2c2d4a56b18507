\ir parts/setter.psql
select '1..1';
select 'ok 1 - ' || :'given';
