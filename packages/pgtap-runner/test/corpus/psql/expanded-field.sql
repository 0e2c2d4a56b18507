\pset fieldsep ' '
\x on
select 1 as "ok";
\x
select '1..1';
