select 'TAP version 12';
select '1..1';
select 'ok 1';
