-- Who can do what with files of documents, if the database has Supabase Storage.

begin;
\ir helpers.sql
select no_plan();

create function pg_temp.files() returns setof text language plpgsql
as $test$
declare
    ada text := pg_temp.ada();
    bob text := pg_temp.bob();
begin
    if to_regclass('storage.objects') is null then
        return next skip('this database has no Supabase Storage');
        return;
    end if;
    insert into storage.buckets (id, name) values ('elsewhere', 'elsewhere');
    insert into storage.objects (bucket_id, name) values
        ('documents', ada || '/ships.md'), ('documents', bob || '/trees.md'), ('elsewhere', ada || '/ships.md');
    -- The Storage API sets this. Without it, rows cannot be deleted, because their files would remain.
    perform set_config('storage.allow_delete_query', 'true', true);

    return next results_eq(
        'select id, public from storage.buckets where id = ''documents''', $$values ('documents', false)$$,
        'the bucket documents exists and is not public'
    );

    perform pg_temp.become(pg_temp.ada());
    return next results_eq('select name from storage.objects', array[ada || '/ships.md'], 'a user sees only her own folder of documents');
    return next lives_ok(format('insert into storage.objects (bucket_id, name) values (''documents'', %L)', ada || '/deep/a.txt'), 'a user adds a file to her own folder');
    return next throws_ok(format('insert into storage.objects (bucket_id, name) values (''documents'', %L)', bob || '/a.txt'), '42501', null, 'a user cannot add a file to another''s folder');
    return next throws_ok(format('insert into storage.objects (bucket_id, name) values (''documents'', %L)', ada), '42501', null, 'a user cannot add a file outside of the folders');
    return next throws_ok(format('insert into storage.objects (bucket_id, name) values (''elsewhere'', %L)', ada || '/a.txt'), '42501', null, 'a user cannot add a file to another bucket');
    return next results_eq(format('update storage.objects set name = %L where name = %L returning name', ada || '/b.md', ada || '/ships.md'), array[ada || '/b.md'], 'a user renames her own file');
    return next throws_ok(format('update storage.objects set name = %L where name = %L', bob || '/b.md', ada || '/b.md'), '42501', null, 'a user cannot move a file to another''s folder');
    return next throws_ok(format('update storage.objects set bucket_id = ''elsewhere'' where name = %L', ada || '/b.md'), '42501', null, 'a user cannot move a file to another bucket');
    return next is_empty(format('update storage.objects set metadata = ''{}'' where name = %L returning name', bob || '/trees.md'), 'a user cannot change another''s file');
    return next is_empty(format('delete from storage.objects where name = %L returning name', bob || '/trees.md'), 'a user cannot delete another''s file');
    return next results_eq(format('delete from storage.objects where name = %L returning name', ada || '/b.md'), array[ada || '/b.md'], 'a user deletes her own file');

    perform pg_temp.become_role('authenticated');
    return next is_empty('select from storage.objects', 'a caller without identity sees no file');
    return next throws_ok('insert into storage.objects (bucket_id, name) values (''documents'', ''/a.txt'')', '42501', null, 'a caller without identity cannot add a file');
    perform pg_temp.become_role('anon');
    return next is_empty('select from storage.objects', 'anon sees no file');
    return next throws_ok(format('insert into storage.objects (bucket_id, name) values (''documents'', %L)', ada || '/a.txt'), '42501', null, 'anon cannot add a file');
    return next is_empty('delete from storage.objects returning name', 'anon cannot delete a file');

    perform pg_temp.become_owner();
    return next results_eq(format('select count(*) from storage.objects where name = %L', bob || '/trees.md'), array[1::bigint], 'the other user''s file still exists');
end
$test$;

select pg_temp.files();
select * from finish();
rollback;
