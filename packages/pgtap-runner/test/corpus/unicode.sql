begin;
select plan(2);
select is('ä€😀'::text, 'ä€😀', 'Zeichen ä€😀');
select is('😀'::text, 'x', '不同');
select * from finish();
rollback;
