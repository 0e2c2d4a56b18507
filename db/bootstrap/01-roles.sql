-- The roles that Supabase has and a plain PostgreSQL lacks. Roles belong to the whole server, so another database of it
-- may have created them already or be creating them now. Only that is not an error.
-- https://supabase.com/docs/guides/database/postgres/roles

do $$
begin
    begin
        create role anon nologin noinherit;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
        create role authenticated nologin noinherit;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
        create role service_role nologin noinherit bypassrls;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
        -- The only login of the API: it has no privileges of its own and becomes one of the three above,
        -- one transaction at a time. It has no password at first.
        create role authenticator login noinherit nobypassrls;
    exception when duplicate_object or unique_violation then null;
    end;
end
$$;

grant anon, authenticated, service_role to authenticator;
