rollback;
select '1..1';
select 'ok 1';
commit;
