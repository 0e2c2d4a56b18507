select '1..2';
\x
select 'ok 1';
\x off
select 'ok 1';
select 'ok 2' \gx
