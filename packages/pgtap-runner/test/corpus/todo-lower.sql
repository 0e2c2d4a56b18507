select '1..3';
select 'not ok 1 - x # todo later';
select 'not ok 2 - y #TODO now';
select 'not ok 3 - z # todoish';
