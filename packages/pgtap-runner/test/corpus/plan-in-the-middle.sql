select 'ok 1 - a';
select '1..2';
select 'ok 2 - b';
