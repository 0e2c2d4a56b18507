select '1..1';
select 'ok 1';
\q
select 1/0;
