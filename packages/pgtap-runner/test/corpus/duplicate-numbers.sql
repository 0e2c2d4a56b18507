select '1..3';
select 'ok 1';
select 'ok 1';
select 'ok 2';
