-- The roles of Supabase. Roles belong to the whole server, so this does nothing if another database of it has created them.
-- https://github.com/supabase/postgres/tree/develop/migrations/db

do $$
declare
    secret text;
begin
    if exists (select from pg_roles where rolname = 'supabase_admin') then
        return;
    end if;

    -- On Supabase, the superuser is supabase_admin, and postgres is not a superuser. This renames postgres to
    -- supabase_admin and creates a new postgres with the same password and fewer rights. A role cannot rename itself.
    create role supabase_bootstrap superuser;
    set session authorization supabase_bootstrap;
    alter role postgres rename to supabase_admin;
    reset session authorization;
    drop role supabase_bootstrap;
    create role postgres login createdb createrole replication bypassrls;
    select rolpassword into secret from pg_authid where rolname = 'supabase_admin';
    if secret is not null then
        execute format('alter role postgres password %L', secret);
    end if;
    alter role supabase_admin set search_path = "$user", public, auth, extensions;
    alter role postgres set search_path = "$user", public, extensions;

    -- The roles of the API, and the login that becomes one of them.
    create role anon nologin inherit;
    create role authenticated nologin inherit;
    create role service_role nologin inherit bypassrls;
    create role authenticator login noinherit;
    alter role anon set statement_timeout = '3s';
    alter role authenticated set statement_timeout = '8s';
    -- The platform also loads safeupdate and supautils for this login. A server without them would refuse the login.
    alter role authenticator set statement_timeout = '8s';
    alter role authenticator set lock_timeout = '8s';
    grant anon, authenticated, service_role to authenticator;

    -- Services of the platform: accounts, files, replication, the dashboard.
    create role supabase_auth_admin login noinherit createrole;
    alter role supabase_auth_admin set search_path = auth;
    alter role supabase_auth_admin set idle_in_transaction_session_timeout = 60000;
    create role supabase_storage_admin login noinherit createrole;
    alter role supabase_storage_admin set search_path = storage;
    grant authenticator to supabase_storage_admin;
    create role supabase_replication_admin login replication;
    create role supabase_read_only_user login bypassrls;
    grant pg_read_all_data to supabase_read_only_user;
    create role dashboard_user nologin createdb createrole replication;

    -- The owner of the project.
    grant anon, authenticated, service_role, supabase_auth_admin, supabase_storage_admin to postgres;
    grant pg_read_all_data, pg_monitor, pg_signal_backend to postgres;
end
$$;
