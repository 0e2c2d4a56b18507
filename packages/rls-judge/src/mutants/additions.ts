import { fromQuery, type Operator } from './operator.ts'

const TABLES = `pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`

/** Something new for each table, made by its owner with the privileges that Supabase gives by default. */
function added(name: string, sql: string): Operator {
  return fromQuery(
    `new: ${name}`,
    `select relname as subject, replace($sql$${sql}$sql$, 'TABLE', quote_ident(relname)) as sql from ${TABLES}`,
  )
}

/** A setting of this database for whoever logs in. */
function setting(name: string, value: string): Operator {
  return fromQuery(
    'database: setting',
    `select '${name}' as subject,
      $sql$do $$ begin execute format('alter database %I set ${name} = %L', current_database(), '${value}'); end $$$sql$ as sql`,
  )
}

export const ADDITION_OPERATORS: readonly Operator[] = [
  added("a view with its owner's rights", 'create view public.extra as select * from public.TABLE'),
  added('a materialized view', 'create materialized view public.extra as select * from public.TABLE'),
  added('a table without row level security', 'create table public.extra as select * from public.TABLE'),
  added('a child table', 'create table public.extra () inherits (public.TABLE)'),
  added(
    'a definer function that answers rows',
    'create function public.extra() returns setof public.TABLE language sql security definer as $$ select * from public.TABLE $$',
  ),
  added('a column', 'alter table public.TABLE add column extra text'),
  added(
    'a rule that does nothing instead',
    'create rule extra as on insert to public.TABLE do instead nothing',
  ),
  added(
    'a trigger that gives rows away',
    `create function private.extra() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as
      'begin new.user_id := ''a0000000-0000-4000-8000-000000000000''; return new; end';
    create trigger extra before insert on public.TABLE for each row execute function private.extra()`,
  ),
  setting('request.jwt.claims', '{"sub": "a0000000-0000-4000-8000-000000000000"}'),
  setting('request.jwt.claim.sub', 'a0000000-0000-4000-8000-000000000000'),
  setting('role', 'service_role'),
  setting('session_replication_role', 'replica'),
  setting('lo_compat_privileges', 'on'),
  setting('row_security', 'off'),
]
