begin;
select plan(8);
select 1/1;
select is(:'SQLSTATE'::text, '00000');
select is(:ROW_COUNT, 1);
select is(:'ERROR'::text, 'false');
select is(:'DBNAME'::text, current_database()::text);
select is(:'ENCODING'::text, 'UTF8');
select is(:SERVER_VERSION_NUM, current_setting('server_version_num')::int);
\set ON_ERROR_STOP 0
savepoint s;
select 1/0;
rollback to s;
select is(:'LAST_ERROR_SQLSTATE'::text, '22012');
select is(:'LAST_ERROR_MESSAGE'::text, 'division by zero');
select * from finish();
rollback;
