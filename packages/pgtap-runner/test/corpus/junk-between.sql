select '1..2';
select 'ok 1';
select 'some text';
select '{';
select '}';
select 'ok 2';
