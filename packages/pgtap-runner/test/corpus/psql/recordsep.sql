select '1..1';
\pset recordsep ';'
select 'ok 1';
