\pset format csv
select '1..1';
select 'ok 1 - a';
select 'ok 2, quoted';
