select '1..2';
select '1..2';
select 'ok 1';
select 'ok 2';
