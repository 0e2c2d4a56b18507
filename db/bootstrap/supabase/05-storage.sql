-- The tables of Supabase Storage. The API's roles have every privilege, and policies restrict access.

set local role supabase_admin;
create schema storage authorization supabase_admin;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin, dashboard_user, postgres;

do $$
declare
    kind text;
begin
    foreach kind in array array['tables', 'functions', 'sequences'] loop
        execute format('alter default privileges for role postgres in schema storage grant all on %s to postgres, anon, authenticated, service_role', kind);
    end loop;
end
$$;

create table storage.buckets (
    id text not null,
    name text not null,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    constraint buckets_pkey primary key (id)
);

create unique index bname on storage.buckets (name);

create table storage.objects (
    id uuid not null default gen_random_uuid(),
    bucket_id text,
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    version text,
    owner_id text,
    user_metadata jsonb,
    constraint objects_pkey primary key (id),
    constraint "objects_bucketId_fkey" foreign key (bucket_id) references storage.buckets (id)
);

create unique index bucketid_objname on storage.objects (bucket_id, name);

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
grant all on table storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on table storage.buckets, storage.objects to postgres with grant option;

-- Files are deleted through the Storage API, which removes the row and the file.
create function storage.protect_delete() returns trigger
    language plpgsql
as $$
begin
    if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
        raise exception 'rows of storage are deleted through the Storage API' using errcode = '42501';
    end if;
    return null;
end
$$;

create trigger protect_buckets_delete
    before delete on storage.buckets
    for each statement execute function storage.protect_delete();

create trigger protect_objects_delete
    before delete on storage.objects
    for each statement execute function storage.protect_delete();

-- The folders of a file's name, for policies.
create function storage.foldername(name text) returns text[]
    language plpgsql
    immutable
as $$
begin
    return (string_to_array(name, '/'))[1 : cardinality(string_to_array(name, '/')) - 1];
end
$$;

alter function storage.protect_delete() owner to supabase_storage_admin;
alter function storage.foldername(text) owner to supabase_storage_admin;
grant all on all routines in schema storage to postgres, dashboard_user;
