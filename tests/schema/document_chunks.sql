-- Written by "make accept" from the migrated database: review what changed, do not edit.
-- The structure of document_chunks, and the values that it refuses.

begin;
\ir helpers.sql
select plan(21);

select results_eq(
    $$select pg_temp.columns_of('public.document_chunks')$$,
    pg_temp.lines($$
        id uuid not null default gen_random_uuid()
        user_id uuid not null default auth.uid()
        document_id uuid not null
        chunk_index integer not null
        content text not null
        section_title text
        search_vector tsvector not null generated always as (private.weighted_tsvector(section_title, 'B'::"char", content)) stored
        created_at timestamp with time zone not null default now()
    $$),
    'document_chunks has these columns'
);
select results_eq(
    $$select pg_temp.constraints_of('public.document_chunks')$$,
    pg_temp.lines($$
        document_chunks_chunk_index_check CHECK ((chunk_index >= 0))
        document_chunks_content_check CHECK (((char_length(content) >= 1) AND (char_length(content) <= 10485760)))
        document_chunks_pkey PRIMARY KEY (user_id, id)
        document_chunks_section_title_check CHECK (((char_length(section_title) >= 1) AND (char_length(section_title) <= 1000)))
        document_chunks_user_id_document_id_chunk_index_key UNIQUE (user_id, document_id, chunk_index)
        document_chunks_user_id_document_id_fkey FOREIGN KEY (user_id, document_id) REFERENCES public.documents(user_id, id) ON DELETE CASCADE
    $$),
    'document_chunks has these constraints'
);
select results_eq(
    $$select pg_temp.indexes_of('public.document_chunks')$$,
    pg_temp.lines($$
        CREATE UNIQUE INDEX document_chunks_pkey ON public.document_chunks USING btree (user_id, id)
        CREATE UNIQUE INDEX document_chunks_user_id_document_id_chunk_index_key ON public.document_chunks USING btree (user_id, document_id, chunk_index)
        CREATE INDEX document_chunks_user_id_search_vector_idx ON public.document_chunks USING gin (user_id, search_vector) WITH (gin_pending_list_limit='256')
    $$),
    'document_chunks has these indexes'
);
select is_empty($$select pg_temp.triggers_of('public.document_chunks')$$, 'document_chunks has no triggers');
select results_eq(
    $$select pg_temp.policies_of('public.document_chunks')$$,
    pg_temp.lines($$
        permissive document_chunks_delete_own for delete to authenticated
        permissive document_chunks_insert_own for insert to authenticated
        permissive document_chunks_select_own for select to authenticated
        permissive document_chunks_update_own for update to authenticated
    $$),
    'document_chunks has these policies'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('public.document_chunks')$$,
    'every trigger of document_chunks fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'public.document_chunks'::regclass),
    'row level security is on'
);

insert into public.documents (id, user_id, filename, file_type, file_size) values ('00000000-0000-4000-8000-000000000001', pg_temp.account(), 'x', 'x', '0');
insert into public.document_chunks (id, user_id, document_id, chunk_index, content) values ('00000000-0000-4000-8000-000000000001', pg_temp.account(), '00000000-0000-4000-8000-000000000001', '0', 'x');
select is(
    pg_temp.violated($$update public.document_chunks set document_id = null where user_id = pg_temp.account()$$),
    '23502 document_id',
    'document_id cannot be null'
);
select is(
    pg_temp.violated($$update public.document_chunks set chunk_index = '-1' where user_id = pg_temp.account()$$),
    '23514 document_chunks_chunk_index_check',
    'chunk_index cannot be -1'
);
select is(
    pg_temp.violated($$update public.document_chunks set chunk_index = null where user_id = pg_temp.account()$$),
    '23502 chunk_index',
    'chunk_index cannot be null'
);
select is(
    pg_temp.violated($$update public.document_chunks set content = '' where user_id = pg_temp.account()$$),
    '23514 document_chunks_content_check',
    'content cannot be empty'
);
select is(
    pg_temp.violated($$update public.document_chunks set content = repeat('x', 10485761) where user_id = pg_temp.account()$$),
    '23514 document_chunks_content_check',
    'content cannot be 10,485,761 characters long'
);
select is(
    pg_temp.violated($$update public.document_chunks set content = null where user_id = pg_temp.account()$$),
    '23502 content',
    'content cannot be null'
);
select is(
    pg_temp.violated($$update public.document_chunks set section_title = '' where user_id = pg_temp.account()$$),
    '23514 document_chunks_section_title_check',
    'section_title cannot be empty'
);
select is(
    pg_temp.violated($$update public.document_chunks set section_title = repeat('x', 1001) where user_id = pg_temp.account()$$),
    '23514 document_chunks_section_title_check',
    'section_title cannot be 1,001 characters long'
);
select is(
    pg_temp.violated($$update public.document_chunks set search_vector = null where user_id = pg_temp.account()$$),
    '428C9',
    'nobody writes search_vector'
);
select is(
    pg_temp.violated($$insert into public.document_chunks select * from public.document_chunks where user_id = pg_temp.account()$$),
    '428C9',
    'nobody copies search_vector'
);
select is(
    pg_temp.violated($$insert into public.document_chunks (id, user_id, document_id, chunk_index, content, section_title, created_at) select id, user_id, document_id, chunk_index, content, section_title, created_at from public.document_chunks where user_id = pg_temp.account()$$),
    '23505 document_chunks_pkey',
    'no two rows share their user_id, id'
);
select is(
    pg_temp.violated($$insert into public.document_chunks (id, user_id, document_id, chunk_index, content, section_title, created_at) select gen_random_uuid(), user_id, document_id, chunk_index, content, section_title, created_at from public.document_chunks where user_id = pg_temp.account()$$),
    '23505 document_chunks_user_id_document_id_chunk_index_key',
    'no two rows share their user_id, document_id, chunk_index'
);
select is(
    pg_temp.violated($$update public.document_chunks set user_id = gen_random_uuid() where user_id = pg_temp.account()$$),
    '23503 document_chunks_user_id_document_id_fkey',
    'user_id refers to public.documents'
);
select is(
    pg_temp.violated($$update public.document_chunks set document_id = gen_random_uuid() where user_id = pg_temp.account()$$),
    '23503 document_chunks_user_id_document_id_fkey',
    'document_id refers to public.documents'
);

select * from finish();
rollback;
