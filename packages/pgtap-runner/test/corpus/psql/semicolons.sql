begin;
select plan(4);
select pass('a'); select pass('b');; select pass('c')
;
select 1 \; select pass('d');
select * from finish();
rollback;
