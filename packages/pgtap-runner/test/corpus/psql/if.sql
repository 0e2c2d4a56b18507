begin;
select plan(2);
\set yes 1
\if :yes
select pass('a');
\elif true
select fail('b');
\else
select fail('c');
\endif
\if false
\if true
select fail('d');
\endif
\i nowhere.sql
\elif on
select pass('e');
\endif
select * from finish();
rollback;
