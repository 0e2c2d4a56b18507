-- The queries of the client and the edge functions, and how many rows each may read, for a caller with `own` rows in each
-- table. $1 is a document of the caller. With fresh statistics, a page is read in order. Before the next ANALYZE, PostgreSQL
-- may expect fewer rows than a page has, and sort all rows of the caller.

create temporary table product_queries on commit drop as
select name, query, rows
from (
    select count(*) as own from public.documents where user_id = pg_temp.large()
) large,
lateral (
    select case when current_setting('test.state') like 'fresh%' then 51 else own end as page
) given,
lateral (values
    ('page 1 of documents', 'select id, created_at from public.documents order by created_at desc, id desc limit 51', page),
    ('page 1 of requests', 'select id, created_at from public.agent_requests order by created_at desc, id desc limit 51', page),
    ('page 1 of sessions', 'select id, created_at from public.agent_sessions order by created_at desc, id desc limit 51', page),
    ('page 1 of events', 'select id, created_at from public.usage_events order by created_at desc, id desc limit 51', page),
    ('a later page of documents',
        'select id, filename from public.documents where (created_at, id) < (now() - interval ''5 days'', $1)
         order by created_at desc, id desc limit 51', page),
    ('a document', 'select filename, content_text from public.documents where id = $1', 1),
    ('the chunks of a document',
        'select chunk_index, content from public.document_chunks where document_id = $1 order by chunk_index', 1),
    ('a document with its chunks',
        'select filename, chunk_index, content from public.documents join public.document_chunks
         on document_chunks.user_id = documents.user_id and document_chunks.document_id = documents.id
         where documents.id = $1', 2),
    ('all documents with their chunks',
        'select count(*) from public.documents join public.document_chunks
         on document_chunks.user_id = documents.user_id and document_chunks.document_id = documents.id', 2 * own),
    ('the tokens of a month', 'select sum(tokens_used) from public.usage_events where created_at >= now() - interval ''1 month''', own),
    ('the queue of requests',
        'select id, content from public.agent_requests where status = ''pending'' order by created_at desc, id desc limit 20', own),
    ('a new status', 'update public.documents set processing_status = ''completed'' where id = $1', 1),
    ('a new chunk',
        'insert into public.document_chunks (document_id, chunk_index, content) values ($1, random() * 1000000000, ''text'')', 1),
    ('a deleted document', 'delete from public.documents where id = $1', 2)
) queries (name, query, rows);

-- Rows that this file has changed are in an index once per change.
select is(
    pg_temp.faults_of_query(query, rows + 30, rows <= 2, pg_temp.large(), mode), '',
    format('%s, %s: %s', current_setting('test.state'), mode, name)
)
from product_queries, unnest(array['force_custom_plan', 'force_generic_plan']) mode;

drop table product_queries;
