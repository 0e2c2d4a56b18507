begin;
select plan(9);
\set one 1
\set text 'it''s a \'test\''
\set joined a b 'c d'
\set empty
select is(:one, 1);
select is(:'text'::text, 'it''s a ''test''');
select is(:'joined'::text, 'abc d');
select is(:'empty'::text, '');
select is('x:one'::text, 'x' || ':' || 'one', 'not in strings');
select is($$:one$$::text, ':' || 'one', 'nor in dollar quotes');
\set col a
select is((select :"col" from (values (5)) v(a)), 5);
select is((array[1,2,3])[1:2]::text, '{1,2}', 'slices are no variables');
select is(2::text, '2', 'nor are casts');
select * from finish();
rollback;
