-- Supabase grants everything on every new object in `public` to the API's roles. Reproduced, so that tests see
-- the worst case: a migration that forgets to revoke is found here and not in production.

alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
