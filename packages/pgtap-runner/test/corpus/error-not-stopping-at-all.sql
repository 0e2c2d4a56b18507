\set ON_ERROR_STOP 0
select '1..1';
select 1/0;
select 'ok 1';
