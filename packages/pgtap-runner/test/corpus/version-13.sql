select 'TAP version 13';
select '1..1';
select 'ok 1';
