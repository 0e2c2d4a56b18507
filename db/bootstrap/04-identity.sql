-- The identity functions, exactly as Supabase Auth defines them: unqualified names, no search_path, PUBLIC may execute. So
-- tests include attacks that are possible on the platform.
-- https://github.com/supabase/auth/blob/master/migrations/20220224000811_update_auth_functions.up.sql
-- https://github.com/supabase/auth/blob/master/migrations/20220531120530_add_auth_jwt_function.up.sql

create function auth.uid()
returns uuid
language sql stable
as $$
  select
  	coalesce(
		nullif(current_setting('request.jwt.claim.sub', true), ''),
		(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
	)::uuid
$$;

comment on function auth.uid() is 'The account id in the request''s claims; null without claims.';

create function auth.role()
returns text
language sql stable
as $$
  select
  	coalesce(
		nullif(current_setting('request.jwt.claim.role', true), ''),
		(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
	)::text
$$;

comment on function auth.role() is 'The role in the request''s claims; null without claims.';

create function auth.email()
returns text
language sql stable
as $$
  select
  	coalesce(
		nullif(current_setting('request.jwt.claim.email', true), ''),
		(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
	)::text
$$;

comment on function auth.email() is 'The e-mail address in the request''s claims; null without claims.';

create function auth.jwt()
returns jsonb
language sql stable
as $$
  select
    coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;

comment on function auth.jwt() is 'The request''s claims; null without claims.';
