begin;
select plan(3);
\set Case mixed
select is(:'Case'::text, 'mixed');
\set a b
\set b 3
select is(:b, 3);
\set c :b
select is(:c, 3);
select * from finish();
rollback;
