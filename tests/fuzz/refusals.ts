import fc from 'fast-check'
import { FOREIGN } from './foreign.ts'
import { fails, type Statement } from './statement.ts'

/** Statements for which no user has the privilege (42501). */
const REFUSED = [
  'truncate public.usage_events',
  'truncate public.documents cascade',
  'select id from auth.users',
  'delete from auth.users',
  'alter table public.documents disable row level security',
  'alter table public.usage_events no force row level security',
  'create policy everyone on public.documents for select using (true)',
  'drop policy documents_select_own on public.documents',
  'drop table public.documents',
  'create table public.mine (id integer)',
  'create function public.mine() returns integer language sql as $$ select 1 $$',
  'create function private.mine() returns integer language sql as $$ select 1 $$',
  'create schema mine',
  'create role mine',
  'alter role authenticated bypassrls',
  'alter function private.find_documents(tsquery, integer) security invoker',
  'alter table public.usage_events disable trigger all',
  'select private.touch_updated_at()',
  'select version from dbmate.schema_migrations',
  "copy public.documents to program 'cat'",
  "select pg_catalog.pg_read_file('PG_VERSION')",
  'set session authorization postgres',
  'select rolpassword from pg_catalog.pg_authid',
  'alter table public.usage_events alter column cost set default 0',
] as const

export const refused: fc.Arbitrary<Statement> = fc.constantFrom(
  ...REFUSED.map(
    (text): Statement => ({
      text,
      values: [],
      run: (store) => fails('42501', store),
    }),
  ),
  ...FOREIGN,
)
