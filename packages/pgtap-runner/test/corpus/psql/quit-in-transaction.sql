begin;
select plan(1);
select pass('a');
\q
select fail('b');
