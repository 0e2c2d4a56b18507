-- Supabase grants the API's roles everything on every new object in `public`. This is reproduced so that tests find a
-- migration that forgets to revoke.

alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
