select '1..3';
select 'ok';
select 'ok - b';
select 'not ok - c';
