select '1..1'; select 'ok 1'; \q select 'ok 2';
select 'ok 3';
