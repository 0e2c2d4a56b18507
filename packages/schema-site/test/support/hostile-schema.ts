/** Text that would run a script on a page that did not escape it. */
export const SCRIPT = '<script>globalThis.taken = true</script>'
export const IMAGE = '<img src=x onerror="globalThis.taken = true">'
export const QUOTES = `a"b'c\`d&amp;`
export const REVERSED = 'abc\u202Egnp.exe'
export const LONG = 'x'.repeat(10_000)
export const ROLES = ['reader', 'server'] as const

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
const name = (text: string) => `"${text.replaceAll('"', '""')}"`

/** A schema whose names and comments are hostile, with two roles. */
export const HOSTILE_SCHEMA = `
create role reader;
create role server bypassrls;
create table ${name(SCRIPT)} (
  id integer primary key,
  ${name(QUOTES)} text check (${name(QUOTES)} in (${literal(SCRIPT)}, ${literal(IMAGE)})),
  ${name(REVERSED)} text default ${literal(IMAGE)}
);
comment on table ${name(SCRIPT)} is ${literal(`${IMAGE} ${LONG}`)};
comment on column ${name(SCRIPT)}.${name(REVERSED)} is ${literal(`${REVERSED}\u200B`)};
alter table ${name(SCRIPT)} enable row level security;
create policy ${name(IMAGE)} on ${name(SCRIPT)} for select to reader using (${name(QUOTES)} <> ${literal(SCRIPT)});
grant select on ${name(SCRIPT)} to reader;
grant insert (id) on ${name(SCRIPT)} to reader;
create table index (id integer primary key, other integer references ${name(SCRIPT)} (id));
create table "INDEX" (id integer primary key);
grant all on index to server;
create function ${name(IMAGE)}(${name(QUOTES)} text default ${literal(SCRIPT)}) returns text language sql set search_path = pg_catalog, pg_temp as ${literal(`select ${literal(SCRIPT)}`)};
comment on function ${name(IMAGE)}(text) is ${literal(SCRIPT)};
`
