begin;
select plan(2);
select todo_start('soon');
select fail('a');
select todo_end();
select fail('b');
select * from finish();
rollback;
