select '1..1';
selekt 1;
select 'ok 1';
