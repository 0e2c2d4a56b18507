/** A way to weaken schema.sql, and the check that must fail: its file, and a pattern of its name. */
export interface Hole {
  sql: string
  file: string
  check: RegExp
}

const part = (file: string) => (sql: string, check: RegExp) => ({
  sql,
  file: `packages/rls-judge/src/${file}`,
  check,
})
const catalog = part('catalog.ts')
const matrix = (table: string) => part(`matrix.ts ${table}`)
const forms = part('forms.ts')
const channels = part('channels.ts')
const escapes = part('escapes.ts')
const shadowing = part('shadowing.ts')

const ANYBODYS = 'exists (select from public.memberships m where m.person = (select identity.caller()))'

/** Holes for every part. Each is tried in a separate database. */
export const HOLES: readonly Hole[] = [
  // Catalog.
  catalog('alter table public.readings_2025 disable row level security', /^nature of public\.readings_2025$/),
  catalog('grant select on public.readings_later to authenticated', /^privileges on public\.readings_later$/),
  catalog(
    "create table public.readings_2024 partition of public.readings for values from ('2024-01-01') to ('2025-01-01')",
    /^nature of public\.readings_2024$/,
  ),
  catalog(
    'alter view public.project_overview set (security_invoker = false)',
    /^nature of public\.project_overview$/,
  ),
  catalog(
    'grant usage on sequence public.projects_id_seq to authenticated',
    /^privileges on public\.projects_id_seq$/,
  ),
  catalog('create sequence public.tickets', /^nature of public\.tickets$/),
  catalog(
    `alter policy projects_select_members on public.projects using (${ANYBODYS})`,
    /^policies of public\.projects$/,
  ),
  catalog('alter policy notes_select_members on public.notes using (true)', /^policies of public\.notes$/),
  catalog('create policy everybody on public.webhooks using (true)', /^policies of public\.webhooks$/),
  catalog(
    'create policy countries_insert on public.countries for insert with check (true)',
    /^policies of public\.countries$/,
  ),
  catalog(
    'alter policy "Line Items_delete_members" on public."Line Items" to public',
    /^policies of public\.Line Items$/,
  ),
  catalog(
    'grant update ("Org") on public."Line Items" to authenticated',
    /^privileges on public\.Line Items$/,
  ),
  catalog("create type public.mood as enum ('good')", /^schemas hold nothing but/),
  catalog('create type public.pair as (a int, b int)', /^nature of public\.pair$/),
  catalog('drop function public.city_of(public.address)', /^security of public\.city_of\(public\.address\)$/),
  catalog(
    'alter function public."Items of"(bigint) security definer',
    /^security of public\."Items of"\(bigint\)$/,
  ),
  catalog(
    'grant execute on function public.archive_note(uuid) to anon',
    /^security of public\.archive_note\(uuid\)$/,
  ),
  catalog('alter function identity.caller() reset search_path', /^security of identity\.caller\(\)$/),
  catalog(
    'alter table public.notes alter column body set statistics 100',
    /^the planner keeps statistics only on keys/,
  ),
  catalog('grant select on identity.people to authenticated', /^privileges on identity\.people$/),
  catalog('grant usage on schema ops to service_role', /^use of schema ops$/),
  catalog(
    'alter default privileges in schema public grant select on tables to anon',
    /^default privileges are/,
  ),
  catalog('create extension btree_gist', /^extensions are those/),

  // Matrix.
  matrix('projects')(
    `alter policy projects_update_members on public.projects using (${ANYBODYS}) with check (${ANYBODYS})`,
    /^ada: update every projects\.title$/,
  ),
  matrix('projects')(
    `alter policy projects_insert_members on public.projects with check (${ANYBODYS})`,
    /^bob: insert projects\.title, for ada$/,
  ),
  matrix('organisations')(
    'alter table public.organisations disable row level security',
    /^bob: select organisations\.name, the row of ada$/,
  ),
  matrix('memberships')(
    'alter policy memberships_select_own on public.memberships using (true)',
    /^bob: select memberships\.person, the row of ada$/,
  ),
  matrix('notes')(
    `alter policy notes_select_members on public.notes
     using (org_id in (select m.org_id from public.memberships m where m.person = (select identity.caller())))`,
    /^ada: select notes\.body, the hidden row of ada$/,
  ),
  matrix('Line Items')(
    'drop policy "Line Items_select_members" on public."Line Items"',
    /^ada: select Line Items\.Unit Price, the row of ada$/,
  ),
  matrix('Line Items')(
    'alter policy "Line Items_delete_members" on public."Line Items" using (true)',
    /^bob: delete every Line Items$/,
  ),
  matrix('readings')(
    'alter policy readings_insert_members on public.readings with check (true)',
    /^bob: insert readings\.value, for ada$/,
  ),
  matrix('countries')(
    'grant insert on public.countries to authenticated; create policy more on public.countries for insert with check (true)',
    /^bob: insert countries\.code, for ada$/,
  ),
  matrix('webhooks')(
    'grant select on public.webhooks to authenticated; create policy more on public.webhooks using (true)',
    /^bob: select webhooks\.secret, the row of ada$/,
  ),
  matrix('project_overview')(
    'alter view public.project_overview set (security_invoker = false)',
    /^bob: select project_overview\.title, the row of ada$/,
  ),
  matrix('projects')(
    `create function public.give() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
     as $$ begin new.org_id := (select min(id) from public.organisations); return new; end $$;
     create trigger give before insert on public.projects for each row execute function public.give()`,
    /^(ada|bob): insert projects\.title returning, for (ada|bob)$/,
  ),

  // Forms.
  forms(
    'alter policy readings_select_members on public.readings using (true)',
    /^bob: copy rows of ada out of readings$/,
  ),
  forms(
    'alter policy projects_select_members on public.projects using (true)',
    /^bob: rows of ada in projects by a statement that ada prepared$/,
  ),
  forms(
    'grant execute on function public.archive_note(uuid) to anon',
    /^anon may not call public\.archive_note\(uuid\)$/,
  ),
  forms(
    'revoke execute on function public.city_of(public.address) from authenticated',
    /^ada may call public\.city_of\(public\.address\)$/,
  ),

  // Covert channels.
  channels(
    'alter policy notes_select_members on public.notes using (true)',
    /^notes: in a WHERE clause, a whole row,/,
  ),
  channels(
    'alter table public.projects alter column title set statistics 100',
    /^projects: EXPLAIN estimates as many rows for another user's title/,
  ),
  channels(
    'grant insert (id) on public.notes to authenticated',
    /^notes, insert with her id: the answer is the same/,
  ),
  channels(
    `create function public.shout() returns int language plpgsql set search_path = pg_catalog, pg_temp
     as $$ begin notify everybody; return 1; end $$`,
    /^no function of the product sends notifications/,
  ),
  channels('create sequence public.tickets', /^no sequence reveals how many rows others wrote$/),

  // Known escapes.
  escapes('grant create on schema public to authenticated', /^bob cannot: create table public\.mine/),
  escapes(
    'grant create on schema identity to service_role',
    /^service_role cannot: create function identity\.mine/,
  ),
  escapes(
    `alter policy projects_select_members on public.projects using (true);
     alter policy "Line Items_select_members" on public."Line Items" using (true)`,
    /^a caller's own view with \(security_invoker\) of Line Items shows the caller's rows$/,
  ),
  escapes(
    `create or replace function public.city_of(place public.address) returns text language plpgsql volatile
     set search_path = pg_catalog, pg_temp
     as $$ begin perform set_config('request.jwt.claims', '', true); return place.city; end $$`,
    /^public\.city_of\(public\.address\) given .* leaves role and identity as they are$/,
  ),
  escapes(
    'grant select on pg_catalog.pg_authid to authenticated',
    /^a caller cannot: select from pg_authid$/,
  ),

  // Functions that a temporary object affects.
  shadowing(
    `create or replace function public."Items of"(project bigint) returns setof public."Line Items" language plpgsql stable
     security invoker set search_path = ''
     as $$ begin return query select i.* from "Line Items" i where i.project_id = project; end $$`,
    /^tables: public\."Items of"\(bigint\) gives the same result as without them$/,
  ),
  shadowing(
    `create or replace function public.archive_note(note uuid) returns boolean language plpgsql volatile security definer
     set search_path = ''
     as $$ begin return note::text::uuid is not null; end $$`,
    /^domains with a check: public\.archive_note\(uuid\) uses none of them$/,
  ),
]
