begin;
select plan(2);
\set x 1
\unset x
\if :{?x}
select fail('set');
\else
select pass('unset');
\endif
select is(:{?x}, false);
select * from finish();
rollback;
