begin;
select plan(1);
\echo # a comment
\echo 'quoted  text' second
\echo -n # no newline
\echo
\qecho # query output
\warn to stderr
select pass('a');
select * from finish();
rollback;
