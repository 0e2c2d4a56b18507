select 'TAP version 13';
select '1..2';
select 'ok 1';
select '  ---';
select '  a: 1';
select '  ...';
select 'ok 2';
