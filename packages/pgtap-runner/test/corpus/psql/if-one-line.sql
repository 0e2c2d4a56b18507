begin;
select plan(1);
\if true \\ select pass('a'); \else \\ select fail('b'); \endif
select * from finish();
rollback;
