begin;
select plan(1);
\set x 1
select is(:x, 1, 'crlf');
select * from finish();
rollback;
