import type pg from 'pg'
import { compare, type Verdict } from '../check.ts'
import { API_ROLES } from '../intent.ts'
import { type Aspect, compareAllowed } from '../platform.ts'
import type { Comparison } from './comparison.ts'

/** Ways around the policies in objects of PostgreSQL, extensions or the platform, which the other comparisons skip. */
export async function* checkHidden(
  client: pg.Client,
  { platform, server }: Comparison,
): AsyncGenerator<Verdict> {
  const lines = async (sql: string, values: unknown[] = []) =>
    (await client.query<{ line: string }>(sql, values)).rows.map(({ line }) => line)

  yield compare("PostgreSQL's own functions run with the rights of their caller", await lines(DEFINERS), [])
  yield compare("PostgreSQL's own views read PostgreSQL's own tables", await lines(VIEWS), [])
  yield compare(
    "the API has no privilege on PostgreSQL's own schemas, nor on tables behind tables",
    await lines(SYSTEM_PRIVILEGES, [API_ROLES]),
    [],
  )
  yield compare('only superusers write functions in C', await lines(LANGUAGES), [])
  yield compare('no large object is open to everybody', await lines(LARGE_OBJECTS), [])
  const judged = (name: string, aspect: Aspect, found: readonly string[]) =>
    compareAllowed(name, found, aspect, platform)
  yield judged('extensions hold what they ship and nothing else', 'extension members', await lines(MEMBERS))
  yield judged(
    'identity and accounts belong to the role that ran the migrations, or to a superuser',
    'object owners',
    await lines(PLATFORM_OWNERS, [
      server.owner,
      platform.schemas,
      Object.keys(platform.tables).filter((name) => name !== platform.ledger),
      Object.keys(platform.functions),
    ]),
  )
  yield judged(
    'nobody becomes the owner of the tables',
    'owner members',
    await lines(OWNER_MEMBERS, [server.owner]),
  )
  yield judged('no subscription writes rows past the policies', 'subscriptions', await lines(SUBSCRIPTIONS))
}

// PostgreSQL ships none. As a definer function, query_to_xml(text, …) would run any statement as the superuser.
const DEFINERS = `
  select 'security definer: ' || oid::regprocedure::text as line
  from pg_proc
  where prosecdef and oid < 16384
`

const VIEWS = `
  select distinct format('%s reads %s', r.ev_class::regclass, pg_describe_object(d.refclassid, d.refobjid, 0)) as line
  from pg_rewrite r
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
  where r.ev_class < 16384 and d.refobjid >= 16384
`

const LANGUAGES = `
  select format('language %s is trusted', lanname) as line
  from pg_language
  where lanname in ('c', 'internal') and lanpltrusted
`

// pg_toast stores the large values of a table, and no policy applies to it.
const SYSTEM_PRIVILEGES = `
  select format('%s: %s on schema %s', coalesce(role.rolname, 'public'), lower(acl.privilege_type), n.nspname) as line
  from pg_namespace n
  cross join lateral aclexplode(n.nspacl) acl
  left join pg_roles role on role.oid = acl.grantee
  where n.nspname in ('pg_catalog', 'information_schema', 'pg_toast')
    and (acl.grantee = 0 or role.rolname = any ($1))
    and not (n.nspname <> 'pg_toast' and acl.grantee = 0 and acl.privilege_type = 'USAGE')
  union all
  select format('%s: %s on %s', case when acl.grantee = 0 then 'public' else pg_get_userbyid(acl.grantee) end,
      lower(acl.privilege_type), c.oid::regclass)
  from pg_class c
  cross join lateral aclexplode(c.relacl) acl
  where c.relkind = 't' and acl.grantee <> c.relowner
`

const LARGE_OBJECTS = `
  select format('public: %s on large object %s', lower(acl.privilege_type), o.oid) as line
  from pg_largeobject_metadata o
  cross join lateral aclexplode(o.lomacl) acl
  where acl.grantee = 0
`

// The extensions in use consist of C functions and operator classes; pgTAP has views and plpgsql functions.
const MEMBERS = `
  select format('%s in %s', pg_describe_object(d.classid, d.objid, d.objsubid), e.extname) as line
  from pg_depend d
  join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
  left join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
  left join pg_language l on l.oid = p.prolang
  where d.deptype = 'e'
    and (p.prosecdef or e.extname <> 'pgtap' and (
      l.lanname not in ('c', 'internal')
      or d.classid not in ('pg_proc'::regclass, 'pg_language'::regclass, 'pg_opfamily'::regclass, 'pg_opclass'::regclass)
    ))
`

const PLATFORM_OWNERS = `
  select format('%s is owned by %s', object, pg_get_userbyid(owner)) as line
  from (
    select 'schema ' || nspname, nspowner from pg_namespace where nspname = any ($2)
    union all
    select oid::regclass::text, relowner from pg_class where oid = any (select to_regclass(name) from unnest($3::text[]) name)
    union all
    select oid::regprocedure::text, proowner from pg_proc
    where oid = any (select to_regprocedure(name) from unnest($4::text[]) name)
  ) as objects (object, owner)
  where pg_get_userbyid(owner) <> $1
    and not (select rolsuper from pg_roles where oid = owner)
    and owner <> (select datdba from pg_database where datname = current_database())
`

// The creator of a role may grant it, although the creator is not a member.
const OWNER_MEMBERS = `
  select format('%s is a member of %s', member.rolname, role.rolname) as line
  from pg_auth_members m
  join pg_roles member on member.oid = m.member
  join pg_roles role on role.oid = m.roleid
  where role.rolname = $1
    and not member.rolsuper
    and not exists (select from pg_database where datdba = member.oid)
    and ((to_jsonb(m) ->> 'inherit_option')::boolean is not false or (to_jsonb(m) ->> 'set_option')::boolean is not false)
`

const SUBSCRIPTIONS = `
  select subname::text as line
  from pg_subscription
  where subdbid = (select oid from pg_database where datname = current_database())
`
