select '1..0';
select 'ok 1';
