begin;
select plan(4);
select format('select pass(%L)', n) from generate_series(1, 3) n \gexec
select 'select 1', null, 'select pass(''d'')' \gexec
select * from finish();
rollback;
