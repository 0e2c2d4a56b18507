begin;
select plan(2);
savepoint a;
select pass('a');
rollback to savepoint a;
release a;
select is(current_setting('transaction_isolation'), 'read committed');
select * from finish();
rollback;
