-- Who can do what with document_chunks.

begin;
\ir helpers.sql
select plan(37);

insert into public.documents (id, user_id, filename, file_type, file_size) values
    ('00000000-0000-4000-8000-000000000001', pg_temp.ada(), 'ships.md', 'text/markdown', 1),
    ('00000000-0000-4000-8000-000000000002', pg_temp.bob(), 'trees.md', 'text/markdown', 1);
insert into public.document_chunks (id, user_id, document_id, chunk_index, content) values
    ('00000000-0000-4000-8000-000000000011', pg_temp.ada(), '00000000-0000-4000-8000-000000000001', 0, 'Ships of oak.'),
    ('00000000-0000-4000-8000-000000000012', pg_temp.bob(), '00000000-0000-4000-8000-000000000002', 0, 'Oak trees.');

-- Ada, on her own rows
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id from public.document_chunks',
    array['00000000-0000-4000-8000-000000000011'::uuid],
    'a user sees her own chunks and nobody else''s'
);
select lives_ok(
    $$insert into public.document_chunks (id, document_id, chunk_index, content, section_title)
      values ('00000000-0000-4000-8000-000000000013', '00000000-0000-4000-8000-000000000001', 1, 'b', 'B')$$,
    'a user adds a chunk to her document'
);
select results_eq(
    $$select user_id from public.document_chunks where id = '00000000-0000-4000-8000-000000000013'$$,
    array[pg_temp.ada()],
    'a chunk belongs to the user who adds it'
);
select results_eq(
    $$update public.document_chunks set content = 'new', section_title = 'New', chunk_index = 7
      where id = '00000000-0000-4000-8000-000000000011' returning content, section_title, chunk_index$$,
    $$values ('new', 'New', 7)$$,
    'a user changes content, section_title and chunk_index of her chunk'
);
select results_eq(
    $$delete from public.document_chunks where id = '00000000-0000-4000-8000-000000000013' returning id$$,
    array['00000000-0000-4000-8000-000000000013'::uuid],
    'a user deletes her chunk'
);

-- Ada, on rows and columns that she may not write
select throws_ok(
    format(
        $$insert into public.document_chunks (user_id, document_id, chunk_index, content)
          values (%L, '00000000-0000-4000-8000-000000000002', 1, 'x')$$, pg_temp.bob()
    ),
    '42501', null, 'a user cannot add a chunk to another account'
);
select throws_ok(
    $$insert into public.document_chunks (document_id, chunk_index, content)
      values ('00000000-0000-4000-8000-000000000002', 1, 'x')$$,
    '23503', null, 'a user cannot add a chunk to another user''s document'
);
select throws_ok(
    format(
        $$insert into public.document_chunks (document_id, chunk_index, content, %I)
          values ('00000000-0000-4000-8000-000000000001', 1, 'x', default)$$, column_name
    ),
    '42501', null, format('a user cannot choose %s of a new chunk', column_name)
)
from unnest(array['search_vector', 'created_at']) as column_name;
select throws_ok(
    format('update public.document_chunks set %I = default', column_name),
    '42501', null, format('a user cannot change %s of a chunk', column_name)
)
from unnest(array['id', 'user_id', 'document_id', 'search_vector', 'created_at']) as column_name;
select throws_ok(
    format('update public.document_chunks set user_id = %L', pg_temp.bob()),
    '42501', null, 'a user cannot give a chunk away'
);
select throws_ok('truncate public.document_chunks', '42501', null, 'a user cannot truncate chunks');

-- Bob, on Ada's rows
select pg_temp.become(pg_temp.bob());
select is_empty(
    $$select from public.document_chunks where id = '00000000-0000-4000-8000-000000000011'$$,
    'another user cannot see the chunk'
);
select is_empty(
    $$select from public.document_chunks where search_vector @@ 'new'::tsquery$$,
    'another user cannot find the chunk by its words'
);
select is_empty(
    $$update public.document_chunks set content = 'stolen' where id = '00000000-0000-4000-8000-000000000011' returning id$$,
    'another user cannot change the chunk'
);
select is_empty(
    $$delete from public.document_chunks where id = '00000000-0000-4000-8000-000000000011' returning id$$,
    'another user cannot delete the chunk'
);
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id, content from public.document_chunks',
    $$values ('00000000-0000-4000-8000-000000000011'::uuid, 'new')$$,
    'the owner sees the chunk unchanged'
);

-- Signed in, without identity
select pg_temp.become_role('authenticated');
select is_empty('select from public.document_chunks', 'a caller without identity sees no chunk');
select throws_ok(
    $$insert into public.document_chunks (document_id, chunk_index, content)
      values ('00000000-0000-4000-8000-000000000001', 5, 'x')$$,
    '42501', null, 'a caller without identity cannot add a chunk'
);
select is_empty(
    $$update public.document_chunks set content = 'x' returning id$$,
    'a caller without identity changes no chunk'
);
select is_empty('delete from public.document_chunks returning id', 'a caller without identity deletes no chunk');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.document_chunks', '42501', null, 'anon cannot read chunks');
select throws_ok('insert into public.document_chunks default values', '42501', null, 'anon cannot add chunks');
select throws_ok($$update public.document_chunks set content = 'x'$$, '42501', null, 'anon cannot change chunks');
select throws_ok('delete from public.document_chunks', '42501', null, 'anon cannot delete chunks');

-- The server, and its login
select pg_temp.become_role('service_role');
select results_eq(
    format('select count(*) from public.document_chunks where user_id in (%L, %L)', pg_temp.ada(), pg_temp.bob()),
    array[2::bigint],
    'the server sees everybody''s chunks'
);
select lives_ok(
    format(
        $$insert into public.document_chunks (user_id, document_id, chunk_index, content)
          values (%L, '00000000-0000-4000-8000-000000000001', 8, 'x')$$, pg_temp.ada()
    ),
    'the server adds a chunk to a user''s document'
);
select throws_ok(
    format(
        $$insert into public.document_chunks (user_id, document_id, chunk_index, content)
          values (%L, '00000000-0000-4000-8000-000000000001', 8, 'x')$$, pg_temp.bob()
    ),
    '23503', null, 'not even the server can add a chunk of one user to a document of another'
);
select results_eq(
    format('delete from public.document_chunks where user_id = %L and chunk_index = 8 returning content', pg_temp.ada()),
    array['x'],
    'the server deletes anybody''s chunk'
);
select throws_ok('truncate public.document_chunks', '42501', null, 'the server cannot truncate chunks');
select pg_temp.login_cannot('select from public.document_chunks', 'the login without a role cannot read chunks');

-- Documents and accounts
select pg_temp.become(pg_temp.bob());
delete from public.documents where id = '00000000-0000-4000-8000-000000000002';
select is_empty('select from public.document_chunks', 'deleting a document deletes its chunks');
select pg_temp.become_owner();
delete from auth.users where id = pg_temp.ada();
select is_empty(
    format('select from public.document_chunks where user_id = %L', pg_temp.ada()),
    'deleting the account deletes its chunks'
);

select * from finish();
rollback;
