begin;
select 'ok 1 - by hand';
rollback;
