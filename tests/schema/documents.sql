-- Written by "make accept" from the migrated database: review what changed, do not edit.
-- The structure of documents, and the values that it refuses.

begin;
\ir helpers.sql
select plan(25);

select results_eq(
    $$select pg_temp.columns_of('public.documents')$$,
    pg_temp.lines($$
        id uuid not null default gen_random_uuid()
        user_id uuid not null default auth.uid()
        filename text not null
        file_type text not null
        file_size bigint not null
        processing_status text not null default 'pending'::text
        content_text text
        search_vector tsvector not null generated always as (private.weighted_tsvector(((filename || ' '::text) || translate(filename, '._-/'::text, '    '::text)), 'A'::"char", content_text)) stored
        storage_path text
        created_at timestamp with time zone not null default now()
        updated_at timestamp with time zone not null default now()
    $$),
    'documents has these columns'
);
select results_eq(
    $$select pg_temp.constraints_of('public.documents')$$,
    pg_temp.lines($$
        documents_content_text_check CHECK ((char_length(content_text) <= 10485760))
        documents_file_size_check CHECK ((file_size >= 0))
        documents_file_type_check CHECK (((char_length(file_type) >= 1) AND (char_length(file_type) <= 100)))
        documents_filename_check CHECK (((char_length(filename) >= 1) AND (char_length(filename) <= 255)))
        documents_pkey PRIMARY KEY (user_id, id)
        documents_processing_status_check CHECK ((processing_status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])))
        documents_storage_path_check CHECK (((char_length(storage_path) >= 1) AND (char_length(storage_path) <= 1024)))
        documents_storage_path_own_check CHECK (starts_with(storage_path, ((user_id)::text || '/'::text)))
        documents_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
    $$),
    'documents has these constraints'
);
select results_eq(
    $$select pg_temp.indexes_of('public.documents')$$,
    pg_temp.lines($$
        CREATE UNIQUE INDEX documents_pkey ON public.documents USING btree (user_id, id)
        CREATE INDEX documents_user_id_created_at_idx ON public.documents USING btree (user_id, created_at DESC, id DESC)
        CREATE INDEX documents_user_id_search_vector_idx ON public.documents USING gin (user_id, search_vector) WITH (gin_pending_list_limit='256')
    $$),
    'documents has these indexes'
);
select results_eq(
    $$select pg_temp.triggers_of('public.documents')$$,
    pg_temp.lines($$
        CREATE TRIGGER documents_touch_updated_at BEFORE UPDATE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at()
    $$),
    'documents has these triggers'
);
select results_eq(
    $$select pg_temp.policies_of('public.documents')$$,
    pg_temp.lines($$
        permissive documents_delete_own for delete to authenticated
        permissive documents_insert_own for insert to authenticated
        permissive documents_select_own for select to authenticated
        permissive documents_update_own for update to authenticated
    $$),
    'documents has these policies'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('public.documents')$$,
    'every trigger of documents fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'public.documents'::regclass),
    'row level security is on'
);

insert into public.documents (id, user_id, filename, file_type, file_size) values ('00000000-0000-4000-8000-000000000001', pg_temp.account(), 'x', 'x', '0');
select is(
    pg_temp.violated($$update public.documents set filename = '' where user_id = pg_temp.account()$$),
    '23514 documents_filename_check',
    'filename cannot be empty'
);
select is(
    pg_temp.violated($$update public.documents set filename = repeat('x', 256) where user_id = pg_temp.account()$$),
    '23514 documents_filename_check',
    'filename cannot be 256 characters long'
);
select is(
    pg_temp.violated($$update public.documents set filename = null where user_id = pg_temp.account()$$),
    '23502 filename',
    'filename cannot be null'
);
select is(
    pg_temp.violated($$update public.documents set file_type = '' where user_id = pg_temp.account()$$),
    '23514 documents_file_type_check',
    'file_type cannot be empty'
);
select is(
    pg_temp.violated($$update public.documents set file_type = repeat('x', 101) where user_id = pg_temp.account()$$),
    '23514 documents_file_type_check',
    'file_type cannot be 101 characters long'
);
select is(
    pg_temp.violated($$update public.documents set file_type = null where user_id = pg_temp.account()$$),
    '23502 file_type',
    'file_type cannot be null'
);
select is(
    pg_temp.violated($$update public.documents set file_size = '-1' where user_id = pg_temp.account()$$),
    '23514 documents_file_size_check',
    'file_size cannot be -1'
);
select is(
    pg_temp.violated($$update public.documents set file_size = null where user_id = pg_temp.account()$$),
    '23502 file_size',
    'file_size cannot be null'
);
select is(
    pg_temp.violated($$update public.documents set processing_status = '' where user_id = pg_temp.account()$$),
    '23514 documents_processing_status_check',
    'processing_status cannot be empty'
);
select is(
    pg_temp.violated($$update public.documents set processing_status = 'unknown' where user_id = pg_temp.account()$$),
    '23514 documents_processing_status_check',
    'processing_status cannot be unknown'
);
select is(
    pg_temp.violated($$update public.documents set processing_status = 'PENDING' where user_id = pg_temp.account()$$),
    '23514 documents_processing_status_check',
    'processing_status cannot be PENDING'
);
select is(
    pg_temp.violated($$update public.documents set content_text = repeat('x', 10485761) where user_id = pg_temp.account()$$),
    '23514 documents_content_text_check',
    'content_text cannot be 10,485,761 characters long'
);
select is(
    pg_temp.violated($$update public.documents set storage_path = '' where user_id = pg_temp.account()$$),
    '23514 documents_storage_path_check',
    'storage_path cannot be empty'
);
select is(
    pg_temp.violated($$update public.documents set storage_path = repeat('x', 1025) where user_id = pg_temp.account()$$),
    '23514 documents_storage_path_check',
    'storage_path cannot be 1,025 characters long'
);
select is(
    pg_temp.violated($$update public.documents set search_vector = null where user_id = pg_temp.account()$$),
    '428C9',
    'nobody writes search_vector'
);
select is(
    pg_temp.violated($$insert into public.documents select * from public.documents where user_id = pg_temp.account()$$),
    '428C9',
    'nobody copies search_vector'
);
select is(
    pg_temp.violated($$insert into public.documents (id, user_id, filename, file_type, file_size, processing_status, content_text, storage_path, created_at, updated_at) select id, user_id, filename, file_type, file_size, processing_status, content_text, storage_path, created_at, updated_at from public.documents where user_id = pg_temp.account()$$),
    '23505 documents_pkey',
    'no two rows share their user_id, id'
);
select is(
    pg_temp.violated($$update public.documents set user_id = gen_random_uuid() where user_id = pg_temp.account()$$),
    '23503 documents_user_id_fkey',
    'user_id refers to auth.users'
);

select * from finish();
rollback;
