import type pg from 'pg'
import { OWNER_COLUMN, TABLES } from '../../../../db/access.ts'
import { compare, compareFacts, type Facts, readFacts, type Verdict } from '../check.ts'
import type { Command, TableAccess } from '../intent.ts'
import { foreignSchemas, type Platform, SYSTEM_SCHEMAS } from './platform.ts'
import { explode, GRANT_OPTION, GRANTEE } from './privileges.ts'

/** Tables that are not the product's: nobody of the API may touch them. */
const LEDGER = 'dbmate.schema_migrations'
const ACCOUNTS = 'auth.users'

/** Relations outside PostgreSQL's own schemas, Supabase's and extensions. */
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

/** Everything that is not in db/access.ts fails here, whatever its grants are. */
export async function* checkRelations(client: pg.Client, platform: Platform): AsyncGenerator<Verdict> {
  const ignored = [...SYSTEM_SCHEMAS, ...foreignSchemas(platform), 'pgtap_runner']
  const tables = Object.entries(TABLES)
  const platformTables = platform.kind === 'bootstrap' ? [LEDGER, ACCOUNTS] : [LEDGER]

  yield* compareFacts(
    'nature of',
    await readFacts(client, NATURE, [ignored]),
    new Map<string, readonly string[]>([
      ...tables.map(([name]) => [`public.${name}`, nature(platform.owner, true)] as const),
      ...platformTables.map((name) => [name, nature(undefined, name === ACCOUNTS)] as const),
    ]),
    (subject) => `${subject} is not in db/access.ts: say there who may do what, or drop it`,
  )
  yield* compareFacts(
    'columns of',
    await readFacts(client, COLUMNS),
    new Map(tables.map(([name, { columns }]) => [`public.${name}`, [...columns]] as const)),
    (subject) => `${subject} is not in db/access.ts`,
  )
  yield compare(
    'the planner samples keys and times, not what users write: EXPLAIN would show it',
    (await client.query<{ line: string }>(SAMPLED)).rows.map(({ line }) => line),
    [],
  )
  yield* compareFacts(
    'policies of',
    keepKeys(
      await readFacts(client, POLICIES, [ignored]),
      tables.map(([name]) => `public.${name}`),
    ),
    new Map(tables.map(([name, access]) => [`public.${name}`, policies(name, access)] as const)),
    (subject) => `${subject} has policies and no intent`,
  )
  yield* compareFacts(
    'privileges on',
    await readFacts(client, PRIVILEGES, [ignored, platform.owner]),
    new Map<string, readonly string[]>([
      ...tables.map(([name, access]) => [`public.${name}`, privileges(access)] as const),
      ...platformTables.map((name) => [name, []] as const),
    ]),
    (subject) => `${subject} is not in db/access.ts`,
  )
}

function nature(owner: string | undefined, rls: boolean): string[] {
  return [
    'is a table',
    ...(owner === undefined ? [] : [`is owned by ${owner}`]),
    rls ? 'row level security is on' : 'row level security is off',
  ]
}

// Only what differs from a plain table is listed after the first three.
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
      when 'S' then 'sequence, whose numbers tell how much others write'
      when 'c' then 'composite type'
      else 'partitioned table' end),
    (case when r.subject not in ('${LEDGER}', '${ACCOUNTS}') then 'is owned by ' || pg_get_userbyid(r.relowner) end),
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
  -- those of the product's tables and of auth.users are compared in tests/schema
  select r.subject, 'trigger ' || tgname
  from (${RELATIONS}) r
  join pg_trigger on tgrelid = r.oid
  where r.relnamespace <> 'public'::regnamespace and r.subject <> '${ACCOUNTS}' and not tgisinternal
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
    and c.relkind = 'r'
    and a.attnum > 0
    and not a.attisdropped
  order by 1, a.attnum
`

// Keys are random, so that their samples tell nothing; plans for pages need those of created_at.
const SAMPLED = `
  select format('statistics of public.%s.%s', c.relname, a.attname) as line
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace
    and c.relkind = 'r'
    and a.attnum > 0
    and not a.attisdropped
    and coalesce(a.attstattarget, -1) <> 0
    and a.attname not in ('id', 'created_at')
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f') and a.attnum = any (k.conkey))
`

const POLICIES = `
  select r.subject, case when p.oid is not null then format(
      '%s: %s for %s to %s using (%s) with check (%s)',
      p.polname,
      case when p.polpermissive then 'permissive' else 'restrictive' end,
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      (select string_agg(case when role = 0 then 'public' else pg_get_userbyid(role) end, ', ') from unnest(p.polroles) role),
      pg_get_expr(p.polqual, p.polrelid),
      pg_get_expr(p.polwithcheck, p.polrelid)
    ) end as fact
  from (${RELATIONS}) r
  left join pg_policy p on p.polrelid = r.oid
  where r.relkind in ('r', 'p')
`

/** One policy per command, to signed-in users, on their own rows. */
function policies(table: string, { authenticated }: TableAccess): string[] {
  const own = `(${OWNER_COLUMN} = ( SELECT auth.uid() AS uid))`
  const policy = (command: Command, using: string, check: string) =>
    `${table}_${command}_own: permissive for ${command} to authenticated using (${using}) with check (${check})`
  return [
    ...(authenticated.select ? [policy('select', own, '')] : []),
    ...(authenticated.insert ? [policy('insert', '', own)] : []),
    ...(authenticated.update ? [policy('update', own, own)] : []),
    ...(authenticated.delete ? [policy('delete', own, '')] : []),
  ]
}

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
