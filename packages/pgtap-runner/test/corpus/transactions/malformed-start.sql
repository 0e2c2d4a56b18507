create temp table x ();
start;
select '1..1';
select 'ok 1';
rollback;
