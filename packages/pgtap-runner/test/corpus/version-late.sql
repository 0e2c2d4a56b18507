select '1..1';
select 'TAP version 13';
select 'ok 1';
