select '1..2';
select 'ok 1 - a', 'b';
select 'ok 2', null, 3;
