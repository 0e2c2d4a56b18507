select 'ok 1 - a';
select 'ok 2 - b';
select '1..2';
