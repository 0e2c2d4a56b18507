begin;
select plan(1);
select generate_series(1, 2) as a \gset
select pass('a');
select * from finish();
rollback;
