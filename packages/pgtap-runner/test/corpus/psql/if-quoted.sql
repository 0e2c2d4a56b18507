begin;
select plan(1);
\if false
select 'it''s; \q not' ; select $$ ; $$;
select fail('a');
\endif
select pass('b');
select * from finish();
rollback;
