begin isolation level serializable read only;
select '1..1';
select case current_setting('transaction_isolation') when 'serializable' then 'ok 1' else 'not ok 1' end;
rollback;
