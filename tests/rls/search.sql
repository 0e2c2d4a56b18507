-- Search returns only the caller's own rows, and never raises an error for a query.

begin;
\ir helpers.sql
select plan(35);

insert into public.documents (id, user_id, filename, file_type, file_size, content_text) values
    ('00000000-0000-4000-8000-000000000001', pg_temp.ada(), 'oak.md', 'text/markdown', 1, 'Ships of oak and <b>iron</b>.'),
    ('00000000-0000-4000-8000-000000000002', pg_temp.ada(), 'pine.md', 'text/markdown', 1, 'Masts of pine, ships of oak.'),
    ('00000000-0000-4000-8000-000000000003', pg_temp.bob(), 'secret.md', 'text/markdown', 1, 'Oak, oak, oak: the secret of Bob.');
insert into public.document_chunks (id, user_id, document_id, chunk_index, section_title, content) values
    ('00000000-0000-4000-8000-000000000011', pg_temp.ada(), '00000000-0000-4000-8000-000000000001', 0, 'Oak', 'Ships of oak.'),
    ('00000000-0000-4000-8000-000000000012', pg_temp.ada(), '00000000-0000-4000-8000-000000000002', 0, null, 'Masts of pine.'),
    ('00000000-0000-4000-8000-000000000013', pg_temp.bob(), '00000000-0000-4000-8000-000000000003', 0, null, 'Oak, oak, oak: the secret of Bob.');

-- Ada
select pg_temp.become(pg_temp.ada());
select results_eq(
    $$select id, filename, file_type from public.search_documents('oak')$$,
    $$values
        ('00000000-0000-4000-8000-000000000001'::uuid, 'oak.md', 'text/markdown'),
        ('00000000-0000-4000-8000-000000000002'::uuid, 'pine.md', 'text/markdown')$$,
    'a user finds her own documents, a match in the filename first'
);
select results_eq(
    $$select id, document_id, chunk_index, section_title, content from public.search_chunks('oak')$$,
    $$values (
        '00000000-0000-4000-8000-000000000011'::uuid, '00000000-0000-4000-8000-000000000001'::uuid, 0, 'Oak', 'Ships of oak.'
    )$$,
    'a user finds her own chunks'
);
select results_eq(
    $$select headline from public.search_documents('iron')$$,
    array['Ships of oak and &lt;b&gt;<mark>iron</mark>&lt;/b&gt;.'],
    'a headline of a document marks the match and escapes the text'
);
select results_eq(
    $$select headline from public.search_chunks('pine')$$,
    array['Masts of <mark>pine</mark>.'],
    'a headline of a chunk marks the match'
);
select is_empty($$select from public.search_documents('secret')$$, 'a user does not find the documents of another');
select is_empty($$select from public.search_chunks('secret')$$, 'a user does not find the chunks of another');
select set_eq(
    $$select id from private.find_documents('oak', 100)$$,
    array['00000000-0000-4000-8000-000000000001'::uuid, '00000000-0000-4000-8000-000000000002'],
    'the first gate gives the caller''s own documents only'
);
select set_eq(
    $$select id from private.find_chunks('oak', 100)$$,
    array['00000000-0000-4000-8000-000000000011'::uuid],
    'the first gate gives the caller''s own chunks only'
);
select is_empty(format('select from %s(%L)', search, query), format('%s finds nothing for %L and raises no error', search, query))
from unnest(array['public.search_documents', 'public.search_chunks']) search,
    unnest(array['', 'the', '"', '((', '&|!:*']) query;
select is_empty('select from public.search_documents(null)', 'no query finds no document');
select is_empty('select from public.search_chunks(null)', 'no query finds no chunk');
select is(
    (select count(*) from public.search_documents('oak', max_results)), found,
    format('max_results of %s gives %s', coalesce(max_results::text, 'null'), found)
)
from (values (1, 1::bigint), (0, 1), (-5, 1), (1000000, 2), (null, 2)) clamped (max_results, found);

-- Bob
select pg_temp.become(pg_temp.bob());
select results_eq(
    $$select id, headline from public.search_documents('secret oak')$$,
    $$values ('00000000-0000-4000-8000-000000000003'::uuid, '<mark>Oak</mark>, <mark>oak</mark>, <mark>oak</mark>: the <mark>secret</mark> of Bob.')$$,
    'the other user finds his own rows'
);

-- Nobody
select pg_temp.become_role('authenticated');
select is_empty($$select from public.search_documents('oak')$$, 'a caller without identity finds no document');
select is_empty($$select from public.search_chunks('oak')$$, 'a caller without identity finds no chunk');
select pg_temp.become_role('anon');
select throws_ok($$select public.search_documents('oak')$$, '42501', null, 'anon cannot search documents');
select throws_ok($$select public.search_chunks('oak')$$, '42501', null, 'anon cannot search chunks');
select throws_ok('select private.caller_id()', '42501', null, 'anon cannot call caller_id()');
select throws_ok($$select private.find_documents('oak', 1)$$, '42501', null, 'anon cannot pass the first gate of documents');
select throws_ok($$select private.find_chunks('oak', 1)$$, '42501', null, 'anon cannot pass the first gate of chunks');
select pg_temp.become_role('service_role');
select throws_ok($$select public.search_documents('oak')$$, '42501', null, 'the server cannot search without acting as a user');
select pg_temp.login_cannot($$select public.search_documents('oak')$$, 'the login without a role cannot search');

select pg_temp.become_owner();
select * from finish();
rollback;
