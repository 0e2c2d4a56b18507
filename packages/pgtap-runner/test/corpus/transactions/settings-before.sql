set search_path = public;
set client_min_messages = warning;
create extension if not exists plpgsql;
begin;
select plan(1);
select is(current_setting('search_path'), 'public');
select * from finish();
rollback;
