/**
 * The textbook design: keys of one column, chunks without user_id, a policy with EXISTS, auth.uid() without a sub-select, GIN
 * on search_vector alone. It has the same rows, in a separate schema.
 */
export const PLAIN_DESIGN = `
  create schema plain;
  grant usage on schema plain to authenticated;
  create table plain.documents as
      select id, user_id, filename, file_type, file_size, processing_status, content_text, created_at from public.documents;
  alter table plain.documents add primary key (id), alter user_id set default auth.uid(),
      alter id set default gen_random_uuid(), alter created_at set default now();
  create index on plain.documents (user_id);
  alter table plain.documents add column search_vector tsvector generated always as (
      setweight(to_tsvector('english', filename), 'A') || setweight(to_tsvector('english', coalesce(content_text, '')), 'C')
  ) stored;
  create index on plain.documents using gin (search_vector);
  create table plain.document_chunks (
      id uuid primary key default gen_random_uuid(),
      document_id uuid not null references plain.documents (id) on delete cascade,
      chunk_index integer not null,
      section_title text,
      content text not null,
      search_vector tsvector generated always as (
          setweight(to_tsvector('english', coalesce(section_title, '')), 'B') || setweight(to_tsvector('english', content), 'C')
      ) stored
  );
  insert into plain.document_chunks (id, document_id, chunk_index, section_title, content)
      select id, document_id, chunk_index, section_title, content from public.document_chunks;
  create index on plain.document_chunks using gin (search_vector);
  create index on plain.document_chunks (document_id);
  create table plain.usage_events as select id, user_id, event_type, tokens_used, cost, created_at from public.usage_events;
  alter table plain.usage_events add primary key (id), alter user_id set default auth.uid(),
      alter id set default gen_random_uuid(), alter created_at set default now();
  create index on plain.usage_events (user_id);
  create table plain.agent_requests as select id, user_id, status, created_at from public.agent_requests;
  alter table plain.agent_requests add primary key (id);
  create index on plain.agent_requests (user_id);
  alter table plain.documents enable row level security;
  create policy own on plain.documents using (user_id = auth.uid());
  alter table plain.document_chunks enable row level security;
  create policy own on plain.document_chunks using (exists (
      select from plain.documents where documents.id = document_id and documents.user_id = auth.uid()
  ));
  alter table plain.usage_events enable row level security;
  create policy own on plain.usage_events using (user_id = auth.uid());
  alter table plain.agent_requests enable row level security;
  create policy own on plain.agent_requests using (user_id = auth.uid());
  grant all on all tables in schema plain to authenticated`
