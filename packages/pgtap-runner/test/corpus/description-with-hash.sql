begin;
select plan(5);
select pass('a # b');
select pass('c \ d');
select pass('skip # skipping');
select fail('brace {');
select pass('x # TODO not really');
select * from finish();
rollback;
