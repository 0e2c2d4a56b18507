-- Made by "make sum" from migrations/20261127090000_documents_storage_path_own.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- A file belongs to the owner of its document. Users write storage_path, and the server reads the file: without this a user
-- could name another user's file. NOT VALID checks every row that is written from now on and reads none of those that are
-- there; the next migration checks them.
alter table public.documents
    add constraint documents_storage_path_own_check check (starts_with(storage_path, user_id::text || '/')) not valid;

comment on column public.documents.storage_path is
    'Path of the file in object storage, which begins with the account''s id and a slash; null until stored.';
