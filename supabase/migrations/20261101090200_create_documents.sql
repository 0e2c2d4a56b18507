-- Made by "make sum" from migrations/20261101090200_create_documents.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- One row per uploaded document, with its extracted text. Users write their own; the key begins with user_id, so
-- no constraint can tell one user that another's row exists.

create table public.documents (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    filename text not null,
    file_type text not null,
    file_size bigint not null,
    processing_status text not null default 'pending',
    content_text text,
    search_vector tsvector not null generated always as (
        -- the parser takes "meeting-notes.md" for a host name: its words are indexed beside it
        private.weighted_tsvector(filename || ' ' || translate(filename, '._-/', '    '), 'A', content_text)
    ) stored,
    storage_path text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint documents_pkey primary key (user_id, id),
    constraint documents_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint documents_filename_check check (char_length(filename) between 1 and 255),
    constraint documents_file_type_check check (char_length(file_type) between 1 and 100),
    constraint documents_file_size_check check (file_size >= 0),
    constraint documents_processing_status_check check (
        processing_status in ('pending', 'processing', 'completed', 'failed')
    ),
    constraint documents_content_text_check check (char_length(content_text) <= 10485760),
    constraint documents_storage_path_check check (char_length(storage_path) between 1 and 1024)
);

comment on table public.documents is 'Uploaded documents, with their extracted text.';
comment on column public.documents.id is 'Identifier of the document, unique per user.';
comment on column public.documents.user_id is 'The account the document belongs to; defaults to the caller.';
comment on column public.documents.filename is 'Name of the uploaded file, 1 to 255 characters.';
comment on column public.documents.file_type is 'Media type or extension of the file, 1 to 100 characters.';
comment on column public.documents.file_size is 'Size of the file in bytes.';
comment on column public.documents.processing_status is 'How far text extraction has come.';
comment on column public.documents.content_text is 'Extracted text, up to 10,485,760 characters; null until extracted.';
comment on column public.documents.search_vector is 'Search index of filename (weight A) and content_text (weight C); of a very large text only its beginning.';
comment on column public.documents.storage_path is 'Path of the file in object storage; null until stored. Users can write it: check that it is theirs before reading.';
comment on column public.documents.created_at is 'When the document was uploaded.';
comment on column public.documents.updated_at is 'When the row last changed; kept by a trigger, never goes backwards.';

-- a user's documents, newest first, page by page
create index documents_user_id_created_at_idx on public.documents (user_id, created_at desc, id desc);

-- public.search_documents
create index documents_user_id_search_vector_idx on public.documents using gin (user_id, search_vector);

create trigger documents_touch_updated_at
    before update on public.documents
    for each row execute function private.touch_updated_at();

revoke all on table public.documents from public, anon, authenticated, service_role;

alter table public.documents enable row level security;

-- EXPLAIN shows everybody how many rows PostgreSQL expects: it is not to know what users write.
alter table public.documents
    alter column filename set statistics 0,
    alter column file_type set statistics 0,
    alter column file_size set statistics 0,
    alter column processing_status set statistics 0,
    alter column content_text set statistics 0,
    alter column search_vector set statistics 0,
    alter column storage_path set statistics 0,
    alter column updated_at set statistics 0;

create policy documents_select_own on public.documents
    as permissive
    for select
    to authenticated
    using (user_id = (select auth.uid()));

grant select on table public.documents to authenticated;

create policy documents_insert_own on public.documents
    as permissive
    for insert
    to authenticated
    with check (user_id = (select auth.uid()));

grant insert (id, user_id, filename, file_type, file_size, processing_status, content_text, storage_path)
    on table public.documents to authenticated;

create policy documents_update_own on public.documents
    as permissive
    for update
    to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));

grant update (filename, file_type, file_size, processing_status, content_text, storage_path)
    on table public.documents to authenticated;

create policy documents_delete_own on public.documents
    as permissive
    for delete
    to authenticated
    using (user_id = (select auth.uid()));

grant delete on table public.documents to authenticated;

grant select, insert, update, delete on table public.documents to service_role;
