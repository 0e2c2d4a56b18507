start transaction;
select plan(1);
select pass('a');
select * from finish();
abort;
