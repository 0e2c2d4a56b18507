-- Made by "make sum" from migrations/20261101090300_create_document_chunks.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- One row per passage of a document, the unit that agents search and cite. user_id stands in the row itself, so
-- the policy is a comparison and not a look-up in documents, and the foreign key cannot reach another user's
-- document. Deleting the document, or the account that owns it, deletes its chunks.

create table public.document_chunks (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    document_id uuid not null,
    chunk_index integer not null,
    content text not null,
    section_title text,
    search_vector tsvector not null generated always as (
        private.weighted_tsvector(section_title, 'B', content)
    ) stored,
    created_at timestamptz not null default now(),
    constraint document_chunks_pkey primary key (user_id, id),
    constraint document_chunks_user_id_document_id_fkey foreign key (user_id, document_id)
        references public.documents (user_id, id) on delete cascade,
    -- also serves: the chunks of a document in order, and the foreign key's cascade
    constraint document_chunks_user_id_document_id_chunk_index_key unique (user_id, document_id, chunk_index),
    constraint document_chunks_chunk_index_check check (chunk_index >= 0),
    constraint document_chunks_content_check check (char_length(content) between 1 and 10485760),
    constraint document_chunks_section_title_check check (char_length(section_title) between 1 and 1000)
);

comment on table public.document_chunks is 'Passages of documents, in order: what agents search and cite.';
comment on column public.document_chunks.id is 'Identifier of the chunk, unique per user.';
comment on column public.document_chunks.user_id is 'The account that owns the document; defaults to the caller.';
comment on column public.document_chunks.document_id is 'The document of the same user that the chunk is part of.';
comment on column public.document_chunks.chunk_index is 'Place in the document, from 0; no two chunks of a document share one.';
comment on column public.document_chunks.content is 'Text of the chunk, 1 to 10,485,760 characters.';
comment on column public.document_chunks.section_title is 'Heading the chunk stands under, 1 to 1,000 characters; null where there is none.';
comment on column public.document_chunks.search_vector is 'Search index of section_title (weight B) and content (weight C); of a very large text only its beginning.';
comment on column public.document_chunks.created_at is 'When the chunk was made.';

-- public.search_chunks
create index document_chunks_user_id_search_vector_idx on public.document_chunks using gin (user_id, search_vector);

revoke all on table public.document_chunks from public, anon, authenticated, service_role;

alter table public.document_chunks enable row level security;

-- EXPLAIN shows everybody how many rows PostgreSQL expects: it is not to know what users write.
alter table public.document_chunks
    alter column content set statistics 0,
    alter column section_title set statistics 0,
    alter column search_vector set statistics 0;

create policy document_chunks_select_own on public.document_chunks
    as permissive
    for select
    to authenticated
    using (user_id = (select auth.uid()));

grant select on table public.document_chunks to authenticated;

create policy document_chunks_insert_own on public.document_chunks
    as permissive
    for insert
    to authenticated
    with check (user_id = (select auth.uid()));

grant insert (id, user_id, document_id, chunk_index, content, section_title)
    on table public.document_chunks to authenticated;

create policy document_chunks_update_own on public.document_chunks
    as permissive
    for update
    to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));

grant update (content, section_title, chunk_index) on table public.document_chunks to authenticated;

create policy document_chunks_delete_own on public.document_chunks
    as permissive
    for delete
    to authenticated
    using (user_id = (select auth.uid()));

grant delete on table public.document_chunks to authenticated;

grant select, insert, update, delete on table public.document_chunks to service_role;
