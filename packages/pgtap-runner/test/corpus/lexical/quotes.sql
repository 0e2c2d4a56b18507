begin;
select plan(9);
select is($$a;b$$::text, 'a;b');
select is($x$a;$$;b$x$::text, 'a;$$;b');
select is(E'a\';b'::text, 'a'';b');
select is('a''; select 1; --'::text, 'a''; select 1; --');
select is("a;b", 1) from (values (1)) v("a;b");
select is(U&'\0061;'::text, 'a;');
select is(B'101'::text, '101');
select is('a'
  'b;c'::text, 'ab;c');
select is(E'a'
  '\';c'::text, 'a'';c');
select * from finish();
rollback;
