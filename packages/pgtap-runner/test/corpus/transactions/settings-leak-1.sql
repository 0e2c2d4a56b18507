set search_path = pg_catalog, public;
set work_mem = '7MB';
set my.setting = 'x';
set role pg_read_all_data;
select '1..1';
select 'ok 1';
