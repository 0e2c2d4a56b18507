-- Schemas, extensions, default privileges and the publication. The database and the objects in public belong to postgres.

do $$
begin
    execute format('alter database %I owner to postgres', current_database());
    execute format('grant all on database %I to dashboard_user', current_database());
end
$$;

grant usage on schema public to postgres, anon, authenticated, service_role;

create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;
create schema realtime authorization supabase_admin;
grant usage on schema realtime to postgres;
create schema graphql_public authorization supabase_admin;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;

-- The API may use objects that postgres or supabase_admin creates in public, so that tests find a migration that forgets to
-- revoke.
do $$
declare
    maker text;
    kind text;
begin
    foreach maker in array array['postgres', 'supabase_admin'] loop
        foreach kind in array array['tables', 'functions', 'sequences'] loop
            execute format(
                'alter default privileges for role %I in schema public grant all on %s to postgres, anon, authenticated, service_role',
                maker, kind
            );
        end loop;
    end loop;
    foreach kind in array array['tables', 'routines', 'sequences'] loop
        execute format('alter default privileges in schema extensions grant all on %s to postgres with grant option', kind);
        execute format('alter default privileges in schema realtime grant all on %s to postgres, dashboard_user', kind);
        execute format('alter default privileges in schema graphql_public grant all on %s to postgres, anon, authenticated, service_role', kind);
    end loop;
end
$$;

set local role postgres;
create extension "uuid-ossp" with schema extensions;
create extension pgcrypto with schema extensions;
create publication supabase_realtime;
set local role supabase_admin;
