import type pg from 'pg'
import { compare, compareFacts, type Facts, readFacts, type Verdict } from '../check.ts'
import type { Intent, TableAccess } from '../intent.ts'
import { ignoredSchemas } from '../platform.ts'
import type { Comparison } from './comparison.ts'
import { expectedPolicies, POLICIES } from './policies.ts'
import { explode, GRANT_OPTION, GRANTEE } from './privileges.ts'

/** Relations outside the schemas of PostgreSQL, the platform and extensions. */
const RELATIONS = `
  select format('%s.%s', n.nspname, c.relname) as subject, c.*
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c')
    and n.nspname <> all ($1)
    and not starts_with(n.nspname, 'pg_temp_')
    and not starts_with(n.nspname, 'pg_toast_temp_')
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
`

/** Fails for every relation that the intent does not list, with or without grants. */
export async function* checkRelations(client: pg.Client, comparison: Comparison): AsyncGenerator<Verdict> {
  const { intent, platform, server } = comparison
  const ignored = ignoredSchemas(platform)
  const tables = Object.entries(intent.tables)
  const views = Object.entries(intent.views ?? {})
  const behind = await readBehind(client, intent)
  const theirs = Object.entries(platform.tables)

  yield* compareFacts(
    'nature of',
    await readFacts(client, NATURE, [ignored, Object.keys(platform.tables)]),
    new Map<string, readonly string[]>([
      ...tables.map(
        ([name, access]) => [`public.${name}`, tableNature(name, access, server.owner, behind)] as const,
      ),
      ...views.map(([name]) => [`public.${name}`, ['is a view', ...nature(server.owner, false)]] as const),
      ...behind.map((each) => [each.subject, behindNature(each, server.owner)] as const),
      ...compositeTypes(intent, await lines(client, COMPOSITES)).map(
        (type) => [type, ['is a composite type', ...nature(server.owner, false)]] as const,
      ),
      ...theirs.map(([name, { rls }]) => [name, ['is a table', ...nature(undefined, rls)]] as const),
    ]),
    (subject) => `${subject} is not in ${intent.file}: say there who may do what, or drop it`,
  )
  yield* compareFacts(
    'columns of',
    await readFacts(client, COLUMNS),
    new Map([...tables, ...views].map(([name, { columns }]) => [`public.${name}`, [...columns]] as const)),
    (subject) => `${subject} is not in ${intent.file}`,
  )
  yield compare(
    'the planner keeps statistics only on keys and times, because EXPLAIN reveals them',
    await lines(client, SAMPLED, [intent.sampled]),
    [],
  )
  yield* compareFacts(
    'policies of',
    keepKeys(
      await readFacts(client, POLICIES(RELATIONS), [ignored]),
      tables.map(([name]) => `public.${name}`),
    ),
    await expectedPolicies(client, comparison),
    (subject) => `${subject} has policies and no intent`,
  )
  yield* compareFacts(
    'privileges on',
    await readFacts(client, PRIVILEGES, [ignored, server.owner]),
    new Map<string, readonly string[]>([
      ...tables.map(([name, access]) => [`public.${name}`, privileges(access)] as const),
      ...views.map(
        ([name, { select }]) => [`public.${name}`, select.map((role) => `${role}: select`)] as const,
      ),
      ...behind.map(({ subject }) => [subject, []] as const),
      ...theirs.map(([name]) => [name, []] as const),
    ]),
    (subject) => `${subject} is not in ${intent.file}`,
  )
}

/** Everything that the catalog says of each relation, to compare relations that should be alike. */
export async function readRelations(client: pg.Client, { platform, server }: Comparison): Promise<Facts> {
  const ignored = ignoredSchemas(platform)
  const all = new Map<string, string[]>()
  for (const facts of [
    await readFacts(client, NATURE, [ignored, []]),
    await readFacts(client, COLUMNS),
    await readFacts(client, SAMPLES),
    await readFacts(client, POLICIES(RELATIONS), [ignored]),
    await readFacts(client, PRIVILEGES, [ignored, server.owner]),
  ])
    for (const [subject, lines] of facts) all.set(subject, [...(all.get(subject) ?? []), ...lines])
  return all
}

async function lines(client: pg.Client, sql: string, values: unknown[] = []): Promise<string[]> {
  return (await client.query<{ line: string }>(sql, values)).rows.map(({ line }) => line)
}

function nature(owner: string | undefined, rls: boolean): string[] {
  return [
    ...(owner === undefined ? [] : [`is owned by ${owner}`]),
    rls ? 'row level security is on' : 'row level security is off',
  ]
}

function tableNature(
  name: string,
  { partitioned }: TableAccess,
  owner: string,
  behind: readonly Behind[],
): string[] {
  const partitions = behind.filter(({ kind, table }) => kind === 'partition' && table === name)
  return [
    partitioned ? 'is a partitioned table' : 'is a table',
    ...nature(owner, true),
    ...partitions.map(({ regclass }) => `is inherited by ${regclass}`),
  ]
}

/** A partition, or the sequence of an identity column, of a table of the intent. The intent does not list it. */
interface Behind {
  kind: 'partition' | 'sequence'
  subject: string
  regclass: string
  /** The table of the intent, as PostgreSQL writes it. */
  table: string
  parent: string
}

async function readBehind(client: pg.Client, { tables }: Intent): Promise<Behind[]> {
  const named = Object.entries(tables)
  const { rows } = await client.query<Behind>(BEHIND, [
    named.filter(([, { partitioned }]) => partitioned).map(([name]) => name),
    named.flatMap(([name, { identity }]) => (identity === undefined ? [] : [name])),
    named.flatMap(([, { identity }]) => identity ?? []),
  ])
  return rows
}

function behindNature({ kind, parent }: Behind, owner: string): string[] {
  return kind === 'partition'
    ? ['is a table', ...nature(owner, true), `inherits from ${parent}`]
    : ['is a sequence, whose values reveal how much others write', ...nature(owner, false)]
}

function compositeTypes({ types = [] }: Intent, there: readonly string[]): string[] {
  return types.filter((type) => there.includes(type))
}

const BEHIND = `
  select 'partition' as kind, format('%s.%s', n.nspname, c.relname) as subject, c.oid::regclass::text as regclass,
    parent.relname::text as "table", parent.oid::regclass::text as parent
  from pg_inherits
  join pg_class parent on parent.oid = inhparent and parent.relnamespace = 'public'::regnamespace and parent.relkind = 'p'
  join pg_class c on c.oid = inhrelid and c.relispartition and c.relkind = 'r'
  join pg_namespace n on n.oid = c.relnamespace
  where parent.relname = any ($1)
  union all
  select 'sequence', format('%s.%s', n.nspname, c.relname), c.oid::regclass::text, t.relname, t.oid::regclass::text
  from unnest($2::text[], $3::text[]) as counted (name, identity)
  join pg_class t on t.relname = name and t.relnamespace = 'public'::regnamespace
  join pg_attribute a on a.attrelid = t.oid and a.attname = identity and a.attidentity <> ''
  join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid and d.refobjsubid = a.attnum and d.deptype = 'i'
  join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid and c.relkind = 'S'
  join pg_namespace n on n.oid = c.relnamespace
`

const COMPOSITES = `
  select format('%s.%s', n.nspname, relname) as line
  from pg_class
  join pg_namespace n on n.oid = relnamespace
  where relkind = 'c'
`

// After the first three facts, only differences from a plain table are listed.
const NATURE = `
  select r.subject, fact
  from (${RELATIONS}) r
  cross join lateral (values
    ('is a ' || case r.relkind
      when 'r' then 'table'
      when 'v' then 'view' || case when exists (
          select from pg_options_to_table(r.reloptions) where option_name = 'security_invoker' and option_value in ('true', 'on', '1')
        ) then '' else ' without security_invoker: it reads with its owner''s rights' end
      when 'm' then 'materialized view, which has no row level security'
      when 'f' then 'foreign table'
      when 'S' then 'sequence, whose values reveal how much others write'
      when 'c' then 'composite type'
      else 'partitioned table' end),
    (case when r.subject <> all ($2) then 'is owned by ' || pg_get_userbyid(r.relowner) end),
    (case when r.relrowsecurity then 'row level security is on' else 'row level security is off' end),
    (case when r.relforcerowsecurity then 'row level security is forced on the owner: its own functions see nothing' end),
    (case when r.relpersistence <> 'p' then 'is not permanent: a crash empties it' end),
    (case when r.reltablespace <> 0 then 'is in a tablespace of its own' end),
    (case when r.relkind <> 'v' and r.reloptions is not null then 'has storage options ' || r.reloptions::text end),
    (case when r.relreplident <> 'd' and r.relkind = 'r' then 'has replica identity ' || r.relreplident::text end)
  ) as facts (fact)
  where fact is not null
  union all
  select r.subject, format('rule %s: %s', rewrite.rulename, pg_get_ruledef(rewrite.oid))
  from (${RELATIONS}) r
  join pg_rewrite rewrite on rewrite.ev_class = r.oid
  where r.relkind not in ('v', 'm')
  union all
  -- triggers on tables of the project and the platform are covered by the project's own tests
  select r.subject, 'trigger ' || tgname
  from (${RELATIONS}) r
  join pg_trigger on tgrelid = r.oid
  where r.relnamespace <> 'public'::regnamespace and r.subject <> all ($2) and not tgisinternal
  union all
  select r.subject, 'inherits from ' || inhparent::regclass::text
  from (${RELATIONS}) r
  join pg_inherits on inhrelid = r.oid
  union all
  select r.subject, 'is inherited by ' || inhrelid::regclass::text
  from (${RELATIONS}) r
  join pg_inherits on inhparent = r.oid
`

const COLUMNS = `
  select format('public.%s', c.relname) as subject, a.attname::text as fact
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p', 'v')
    and not c.relispartition
    and a.attnum > 0
    and not a.attisdropped
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by 1, a.attnum
`

/** Whether a column belongs to no key and is not meant to have statistics. */
const IS_HIDDEN = `(
  a.attname <> all ($1)
  and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f') and a.attnum = any (k.conkey))
)`

const SAMPLED = `
  select format('statistics of public.%s.%s', c.relname, a.attname) as line
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and a.attnum > 0
    and not a.attisdropped
    and coalesce(a.attstattarget, -1) <> 0
    and ${IS_HIDDEN}
  union all
  -- an expression of an index has statistics of its own
  select distinct format('statistics of public.%s, column %s', i.relname, e.attnum)
  from pg_index x
  join pg_class i on i.oid = x.indexrelid
  join pg_class c on c.oid = x.indrelid
  join pg_attribute e on e.attrelid = i.oid and x.indkey[e.attnum - 1] = 0
  join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.oid and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
  join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and a.attnum > 0
  where c.relnamespace = 'public'::regnamespace
    and coalesce(e.attstattarget, -1) <> 0
    and ${IS_HIDDEN}
`

const SAMPLES = `
  select format('public.%s', c.relname) as subject, format('statistics of %s: %s', a.attname, coalesce(a.attstattarget, -1)) as fact
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
`

const PRIVILEGES = `
  select r.subject, privilege.fact
  from (${RELATIONS}) r
  left join lateral (
    select ${GRANTEE} || ': ' || lower(acl.privilege_type) || ${GRANT_OPTION} as fact
    from ${explode('r.relacl', "case when r.relkind = 'S' then 's' else 'r' end", 'r.relowner')} acl
    where acl.grantee <> r.relowner
      and pg_get_userbyid(acl.grantee) <> $2
    union all
    select ${GRANTEE} || ': ' || lower(acl.privilege_type) || ' (' || a.attname || ')' || ${GRANT_OPTION}
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) acl
    where a.attrelid = r.oid
      and not a.attisdropped
      and acl.grantee <> r.relowner
      and pg_get_userbyid(acl.grantee) <> $2
    union all
    select 'its owner lost a privilege: ' || r.relacl::text
    where r.relacl is not null
      and r.relkind = 'r'
      and exists (
        select privilege_type from aclexplode(acldefault('r', r.relowner))
        except
        select privilege_type from aclexplode(r.relacl) acl where acl.grantee = r.relowner
      )
  ) privilege on true
  where r.relkind <> 'c'
`

function privileges({ authenticated, service_role }: TableAccess): string[] {
  return [
    ...(authenticated.select ? ['authenticated: select'] : []),
    ...(authenticated.insert ?? []).map((column) => `authenticated: insert (${column})`),
    ...(authenticated.update ?? []).map((column) => `authenticated: update (${column})`),
    ...(authenticated.delete ? ['authenticated: delete'] : []),
    ...service_role.map((command) => `service_role: ${command}`),
  ]
}

function keepKeys(facts: Facts, keys: string[]): Facts {
  return new Map([...facts].filter(([key, lines]) => keys.includes(key) || lines.length > 0))
}
