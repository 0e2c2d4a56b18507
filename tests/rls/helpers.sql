-- Included by the files of this folder (`\ir helpers.sql`): two accounts, and functions to become one of them.
-- Everything is temporary and ends with the file's rollback.

do $$
begin
    -- new accounts in every run, so that files can run in parallel
    perform set_config('test.ada', gen_random_uuid()::text, true);
    perform set_config('test.bob', gen_random_uuid()::text, true);
end
$$;

create function pg_temp.ada() returns uuid language sql stable
as $$ select current_setting('test.ada')::uuid $$;

create function pg_temp.bob() returns uuid language sql stable
as $$ select current_setting('test.bob')::uuid $$;

insert into auth.users (id, raw_user_meta_data) values
    (pg_temp.ada(), '{"name": "Ada"}'),
    (pg_temp.bob(), '{"name": "Bob"}');

-- Makes the rest of the transaction run as a request of the API with a token of this account.
create function pg_temp.become(account uuid) returns void language plpgsql
as $$
begin
    perform set_config('role', 'authenticated', true);
    perform set_config('request.jwt.claims', json_build_object('sub', account, 'role', 'authenticated')::text, true);
end
$$;

-- Becomes a role without claims: `anon`, `authenticated` without identity, `service_role`.
create function pg_temp.become_role(role text) returns void language plpgsql
as $$
begin
    perform set_config('role', role, true);
    perform set_config('request.jwt.claims', '', true);
end
$$;

-- Becomes the owner of the database again.
create function pg_temp.become_owner() returns void language plpgsql
as $$
begin
    perform set_config('role', 'none', true);
    perform set_config('request.jwt.claims', '', true);
end
$$;

-- Tests the login before it has become one of the roles. On newer Supabase projects the owner may not become the login.
create function pg_temp.login_cannot(statement text, description text) returns text language plpgsql
as $$
begin
    begin
        perform pg_temp.become_role('authenticator');
    exception when insufficient_privilege then
        return skip(description || ': the owner may not become authenticator');
    end;
    return throws_ok(statement, '42501', null, description);
end
$$;
