begin;
select plan(1);
do $do$ begin perform 1; raise notice 'x;'; end $do$;
select pass('a');
select * from finish();
rollback;
