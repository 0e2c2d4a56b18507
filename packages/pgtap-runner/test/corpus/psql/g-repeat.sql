select '1..2';
select 'ok ' \g
select 'ok' \g
\g
