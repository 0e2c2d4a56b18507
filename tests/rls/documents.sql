-- Who can do what with documents.

begin;
\ir helpers.sql
select plan(45);

insert into public.documents (id, user_id, filename, file_type, file_size, content_text) values
    ('00000000-0000-4000-8000-000000000001', pg_temp.ada(), 'ships.md', 'text/markdown', 1, 'Ships of oak.'),
    ('00000000-0000-4000-8000-000000000002', pg_temp.bob(), 'trees.md', 'text/markdown', 2, 'Oak trees.');

-- Ada, on her own rows
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id from public.documents',
    array['00000000-0000-4000-8000-000000000001'::uuid],
    'a user sees her own documents and nobody else''s'
);
select lives_ok(
    format($$insert into public.documents (id, filename, file_type, file_size, processing_status, content_text, storage_path)
      values ('00000000-0000-4000-8000-000000000003', 'a.txt', 'text/plain', 0, 'completed', 'a', %L)$$, pg_temp.ada() || '/a.txt'),
    'a user adds a document'
);
select results_eq(
    $$select user_id from public.documents where id = '00000000-0000-4000-8000-000000000003'$$,
    array[pg_temp.ada()],
    'a document belongs to the user who adds it'
);
select results_eq(
    format($$update public.documents
      set filename = 'b.md', file_type = 'b', file_size = 9, processing_status = 'failed', content_text = 'b', storage_path = %L
      where id = '00000000-0000-4000-8000-000000000001'
      returning filename, file_type, file_size, processing_status, content_text, storage_path$$, pg_temp.ada() || '/b'),
    format($$values ('b.md', 'b', 9::bigint, 'failed', 'b', %L)$$, pg_temp.ada() || '/b'),
    'a user changes what she may change of her document'
);
select results_eq(
    $$delete from public.documents where id = '00000000-0000-4000-8000-000000000003' returning id$$,
    array['00000000-0000-4000-8000-000000000003'::uuid],
    'a user deletes her document'
);

-- Files belong to their owner
select throws_ok(
    format('update public.documents set storage_path = %L', path),
    '23514', null, 'a document cannot name a file at ' || says
)
from (values
    (pg_temp.bob() || '/b', 'a path of another account'),
    (pg_temp.ada()::text, 'the account''s id alone'),
    (pg_temp.ada() || 'b/b', 'an id that begins like the account''s'),
    ('/' || pg_temp.ada() || '/b', 'a path that begins with a slash'),
    ('documents/' || pg_temp.ada() || '/b', 'a path that holds the id further on'),
    (' ' || pg_temp.ada() || '/b', 'a path that begins with a space')
) as paths (path, says);

-- Ada, on rows and columns that she may not write
select throws_ok(
    format($$insert into public.documents (user_id, filename, file_type, file_size) values (%L, 'x', 'x', 0)$$, pg_temp.bob()),
    '42501', null, 'a user cannot add a document to another account'
);
select throws_ok(
    format($$insert into public.documents (filename, file_type, file_size, %I) values ('x', 'x', 0, default)$$, column_name),
    '42501', null, format('a user cannot choose %s of a new document', column_name)
)
from unnest(array['search_vector', 'created_at', 'updated_at']) as column_name;
select throws_ok(
    format('update public.documents set %I = default', column_name),
    '42501', null, format('a user cannot change %s of a document', column_name)
)
from unnest(array['id', 'user_id', 'search_vector', 'created_at', 'updated_at']) as column_name;
select throws_ok(
    format('update public.documents set user_id = %L', pg_temp.bob()),
    '42501', null, 'a user cannot give a document away'
);
select throws_ok('truncate public.documents', '42501', null, 'a user cannot truncate documents');

-- Bob, on Ada's rows
select pg_temp.become(pg_temp.bob());
select is_empty(
    $$select from public.documents where id = '00000000-0000-4000-8000-000000000001'$$,
    'another user cannot see the document'
);
select is_empty(
    $$select from public.documents where search_vector @@ 'b'::tsquery$$,
    'another user cannot find the document by its words'
);
select is_empty(
    $$update public.documents set filename = 'stolen' where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot change the document'
);
select is_empty(
    $$delete from public.documents where id = '00000000-0000-4000-8000-000000000001' returning id$$,
    'another user cannot delete the document'
);
select throws_ok(
    format(
        $$insert into public.documents (id, user_id, filename, file_type, file_size)
          values ('00000000-0000-4000-8000-000000000001', %L, 'x', 'x', 0) on conflict do nothing$$, pg_temp.ada()
    ),
    '42501', null, 'another user cannot learn of the document by a conflict'
);
select lives_ok(
    $$insert into public.documents (id, filename, file_type, file_size)
      values ('00000000-0000-4000-8000-000000000001', 'mine', 'x', 0)$$,
    'another user may use the same id: it is unique per user'
);
select pg_temp.become(pg_temp.ada());
select results_eq(
    'select id, filename from public.documents',
    $$values ('00000000-0000-4000-8000-000000000001'::uuid, 'b.md')$$,
    'the owner sees the document unchanged'
);

-- Signed in, without identity
select pg_temp.become_role('authenticated');
select is_empty('select from public.documents', 'a caller without identity sees no document');
select throws_ok(
    $$insert into public.documents (filename, file_type, file_size) values ('x', 'x', 0)$$,
    '42501', null, 'a caller without identity cannot add a document'
);
select is_empty(
    $$update public.documents set filename = 'x' returning id$$,
    'a caller without identity changes no document'
);
select is_empty('delete from public.documents returning id', 'a caller without identity deletes no document');

-- Not signed in
select pg_temp.become_role('anon');
select throws_ok('select from public.documents', '42501', null, 'anon cannot read documents');
select throws_ok('insert into public.documents default values', '42501', null, 'anon cannot add documents');
select throws_ok($$update public.documents set filename = 'x'$$, '42501', null, 'anon cannot change documents');
select throws_ok('delete from public.documents', '42501', null, 'anon cannot delete documents');

-- The server, and its login
select pg_temp.become_role('service_role');
select results_eq(
    format('select count(*) from public.documents where user_id in (%L, %L)', pg_temp.ada(), pg_temp.bob()),
    array[3::bigint],
    'the server sees everybody''s documents'
);
select lives_ok(
    format($$insert into public.documents (user_id, filename, file_type, file_size) values (%L, 'x', 'x', 0)$$, pg_temp.ada()),
    'the server adds a document to an account'
);
select results_eq(
    format($$update public.documents set processing_status = 'completed' where user_id = %L and filename = 'b.md' returning id$$, pg_temp.ada()),
    array['00000000-0000-4000-8000-000000000001'::uuid],
    'the server changes anybody''s document'
);
select results_eq(
    format('delete from public.documents where user_id = %L and filename = ''mine'' returning filename', pg_temp.bob()),
    array['mine'],
    'the server deletes anybody''s document'
);
select throws_ok('truncate public.documents', '42501', null, 'the server cannot truncate documents');
select pg_temp.login_cannot('select from public.documents', 'the login without a role cannot read documents');

-- Accounts
select pg_temp.become_owner();
delete from auth.users where id = pg_temp.ada();
select is_empty(
    format('select from public.documents where user_id = %L', pg_temp.ada()),
    'deleting the account deletes its documents'
);
select isnt_empty(
    format('select from public.documents where user_id = %L', pg_temp.bob()),
    'deleting an account leaves the documents of others'
);

select * from finish();
rollback;
