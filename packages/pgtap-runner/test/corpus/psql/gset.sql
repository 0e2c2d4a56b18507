begin;
select plan(5);
select 1 as a, 'two' as b, null as c \gset
select is(:a, 1);
select is(:'b'::text, 'two');
select is(:{?c}, false);
select 3 as n \gset p_
select is(:p_n, 3);
select 4 as x, 5 as y
\gset
select is(:x + :y, 9);
select * from finish();
rollback;
