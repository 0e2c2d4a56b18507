select 'ok 1';
select 'ok 2';
select 'ok 3';
select '1..2';
