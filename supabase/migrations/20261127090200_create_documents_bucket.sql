-- Made by "make sum" from migrations/20261127090200_create_documents_bucket.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- Files of documents on Supabase: the bucket `documents`, where a user's folder is named as the account is. Users read, add,
-- replace and delete their own files. A PostgreSQL without Supabase Storage has no such tables: nothing is done there.

do $$
begin
    if to_regclass('storage.objects') is null then
        return;
    end if;

    insert into storage.buckets (id, name, public)
    values ('documents', 'documents', false)
    on conflict (id) do update set public = false;

    create policy documents_select_own on storage.objects
        as permissive
        for select
        to authenticated
        using (bucket_id = 'documents' and starts_with(name, (select auth.uid())::text || '/'));

    create policy documents_insert_own on storage.objects
        as permissive
        for insert
        to authenticated
        with check (bucket_id = 'documents' and starts_with(name, (select auth.uid())::text || '/'));

    create policy documents_update_own on storage.objects
        as permissive
        for update
        to authenticated
        using (bucket_id = 'documents' and starts_with(name, (select auth.uid())::text || '/'))
        with check (bucket_id = 'documents' and starts_with(name, (select auth.uid())::text || '/'));

    create policy documents_delete_own on storage.objects
        as permissive
        for delete
        to authenticated
        using (bucket_id = 'documents' and starts_with(name, (select auth.uid())::text || '/'));
end
$$;
