select '1..2 todo 2';
select 'ok 1';
select 'not ok 2';
