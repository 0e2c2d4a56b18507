select '2..3';
select 'ok 2';
select 'ok 3';
