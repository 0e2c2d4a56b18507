\t
\a
\a
\t
select '1..1';
select 'ok 1';
