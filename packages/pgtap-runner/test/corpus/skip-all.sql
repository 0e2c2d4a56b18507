begin;
select '1..0 # SKIP not today';
rollback;
