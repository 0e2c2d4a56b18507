begin;
select plan(1);
set local standard_conforming_strings = off;
set local escape_string_warning = off;
select is('a\';b'::text, 'a'';b');
select * from finish();
rollback;
