import { copyFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { listMigrations } from '../../../db/migrations/files.ts'
import { folderWith } from '../databases.ts'

const file = (up: string, down: string, options = '') =>
  `${options}-- migrate:up\n${up};\n-- migrate:down\n${down};\n`

const terms = (length: number) => `create or replace function private.search_terms(query text) returns tsquery
    language plpgsql immutable security invoker parallel unsafe
    set search_path = pg_catalog, pg_temp set client_min_messages = warning
as $$
declare
    words text := pg_catalog.left(query, ${length});
begin
    return pg_catalog.websearch_to_tsquery('pg_catalog.english', words);
exception when internal_error then
    return pg_catalog.plainto_tsquery('pg_catalog.english', words);
end
$$`

const policy = (more: string) =>
  `alter policy documents_select_own on public.documents using (user_id = (select auth.uid())${more})`

/** Typical migrations of a busy table. */
export const TYPICAL = {
  '20990101000000_column_with_default.sql': file(
    'alter table public.documents add column load_flag integer not null default 0',
    'alter table public.documents drop column load_flag',
  ),
  '20990102000000_check.sql': file(
    'alter table public.documents add constraint load_check check (file_size >= 0) not valid',
    'alter table public.documents drop constraint load_check',
  ),
  '20990103000000_validate_check.sql': file(
    'alter table public.documents validate constraint load_check',
    'alter table public.documents drop constraint load_check, add constraint load_check check (file_size >= 0) not valid',
  ),
  // It waits for older transactions, and no other session waits for it.
  '20990104000000_index.sql':
    '-- lock_timeout: 5min\n-- migrate:up transaction:false\ncreate index concurrently load_idx on public.documents (load_flag);\n' +
    '-- migrate:down transaction:false\ndrop index concurrently public.load_idx;\n',
  '20990105000000_policy.sql': file(policy(' and file_size >= 0'), policy('')),
  '20990106000000_function.sql': file(terms(900), terms(1000)),
}

/** The migrations of this project, and the typical ones after them. */
export function typicalFolder(t: TestContext): string {
  const folder = folderWith(t, TYPICAL)
  for (const { name, path } of listMigrations()) copyFileSync(path, `${folder}/${name}`)
  return folder
}
