select '1..1';
select 'ok 1';
select pg_terminate_backend(pg_backend_pid());
