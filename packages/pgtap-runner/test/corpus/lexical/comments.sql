begin;
select plan(4);
/* a; /* nested; */ still; */ select pass('a'); -- b; c
select /* ; */ pass('b' -- ; '
);
select 1 - -1; select pass('c') --;
;
select pass('d') /*;*/;
select * from finish();
rollback;
