begin;
select plan(2);
select pass(E'first\nsecond line');
select fail(E'third\nfourth');
select * from finish();
rollback;
