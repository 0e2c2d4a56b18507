begin;
create table gone ();
\c -
select '1..1';
select case when to_regclass('gone') is null then 'ok 1' else 'not ok 1' end;
