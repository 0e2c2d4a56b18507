select '1..2';
create temp table t ();
set application_name = 'x';
\connect
select case when to_regclass('pg_temp.t') is null then 'ok 1' else 'not ok 1' end;
\c :DBNAME
select case when current_setting('application_name') <> 'x' then 'ok 2' else 'not ok 2' end;
