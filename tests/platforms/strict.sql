-- Differences of the role postgres in newer projects of Supabase. Run by supabase_admin in a migrated database.
-- https://github.com/supabase/postgres/blob/develop/migrations/db/migrations/20250421084701_revoke_admin_roles_from_postgres.sql

revoke supabase_auth_admin, supabase_storage_admin from postgres;
revoke create on schema auth, storage from postgres;
-- On PostgreSQL 16 and newer, postgres may grant the API's roles. It may not become their login.
grant anon, authenticated, service_role to postgres with admin option;
