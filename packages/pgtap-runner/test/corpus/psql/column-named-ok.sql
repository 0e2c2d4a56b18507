\t off
select '1..2';
select 'ok 1' as "ok 9";
select 'ok 2';
