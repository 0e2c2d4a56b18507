select '1..4';
select case when current_setting('work_mem') <> '7MB' then 'ok 1' else 'not ok 1' end;
select case when current_setting('my.setting', true) is null then 'ok 2' else 'not ok 2' end;
select case when current_user <> 'pg_read_all_data' then 'ok 3' else 'not ok 3' end;
select case when current_setting('search_path') !~ 'pg_catalog' then 'ok 4' else 'not ok 4' end;
