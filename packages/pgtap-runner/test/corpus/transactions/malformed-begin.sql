begin :mode;
create table leaked_mode ();
select '1..1';
select 'ok 1';
rollback;
