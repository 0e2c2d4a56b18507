\pset format aligned
\pset border 0
select '1..2';
select 'ok 1' as x;
select 'ok 2' as x, 'more' as y;
