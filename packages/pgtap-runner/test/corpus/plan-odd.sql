select '1..2 things';
select 'ok 1';
select '1..1';
