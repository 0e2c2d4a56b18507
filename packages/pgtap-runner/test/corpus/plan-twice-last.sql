select 'ok 1';
select '1..1';
select '1..1';
