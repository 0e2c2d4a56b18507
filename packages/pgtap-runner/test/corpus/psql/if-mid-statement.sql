begin;
select plan(1);
\set v 1
select is(1,
\if :v
  1
\else
  2
\endif
);
select * from finish();
rollback;
