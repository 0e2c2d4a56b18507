begin;
select plan(3);
select is(1 <-- comment ;
 2, true);
select is(2*/* x; */3, 6);
select is(1::int:: text, '1');
select * from finish();
rollback;
