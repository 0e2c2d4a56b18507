-- What newer projects of Supabase take from the role postgres, and give it. Run by supabase_admin in a migrated database.
-- https://github.com/supabase/postgres/blob/develop/migrations/db/migrations/20250421084701_revoke_admin_roles_from_postgres.sql

revoke supabase_auth_admin, supabase_storage_admin from postgres;
revoke create on schema auth, storage from postgres;
-- On PostgreSQL 16 and newer it may hand the API's roles on. It may not act as their login.
grant anon, authenticated, service_role to postgres with admin option;
