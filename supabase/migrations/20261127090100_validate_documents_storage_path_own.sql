-- Made by "make sum" from migrations/20261127090100_validate_documents_storage_path_own.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- Reads every row, and lets others read and write meanwhile. A row whose path is not its owner's fails it (23514): find out
-- how it came there, then move the file or set the path to null.
alter table public.documents validate constraint documents_storage_path_own_check;
