import type pg from 'pg'
import type { Verdict } from '../check.ts'
import { API_ROLES } from '../intent.ts'
import { compareAllowed } from '../platform.ts'
import type { Comparison } from './comparison.ts'

/** Privileges of the API's roles in the platform's schemas. Nothing else in those schemas is compared. */
export async function* checkForeign(client: pg.Client, { platform }: Comparison): AsyncGenerator<Verdict> {
  const schemas = Object.keys(platform.foreignSchemas)
  if (schemas.length === 0) return
  const lines = async (sql: string, values: unknown[]) =>
    (await client.query<{ line: string }>(sql, values)).rows.map(({ line }) => line)
  yield compareAllowed(
    "the API's privileges on the platform's schemas are those that the platform grants",
    await lines(PRIVILEGES, [schemas, API_ROLES]),
    'platform privileges',
    platform,
  )
  yield compareAllowed(
    "policies on the platform's own tables are known",
    await lines(POLICIES, [schemas]),
    'platform policies',
    platform,
  )
}

// pg_init_privs has the privileges that an extension granted when it was created.
const PRIVILEGES = `
  with grantees as (
    select oid, rolname::text as name from pg_roles where rolname = any ($2)
    union all select 0, 'public'
  ), relations as (
    select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  ), granted as (
    select c.oid, 0 as attnum, acl.grantee, acl.privilege_type, acl.is_grantable
    from relations c cross join lateral aclexplode(c.relacl) acl
    union all
    select a.attrelid, a.attnum, acl.grantee, acl.privilege_type, acl.is_grantable
    from pg_attribute a join relations c on c.oid = a.attrelid cross join lateral aclexplode(a.attacl) acl
    except
    select i.objoid, i.objsubid, acl.grantee, acl.privilege_type, acl.is_grantable
    from pg_init_privs i cross join lateral aclexplode(i.initprivs) acl where i.classoid = 'pg_class'::regclass
  )
  select format('%s: %s on %s%s, %s', grantees.name,
      string_agg(lower(privilege_type) || case when is_grantable then ' with grant option' else '' end, ', ' order by privilege_type),
      c.oid::regclass, case when granted.attnum > 0 then ' (' || min(a.attname) || ')' else '' end,
      case when c.relrowsecurity then 'behind policies' else 'without policies' end) as line
  from granted
  join grantees on grantees.oid = grantee
  join relations c on c.oid = granted.oid
  left join pg_attribute a on a.attrelid = c.oid and a.attnum = granted.attnum
  group by grantees.name, c.oid, c.relrowsecurity, granted.attnum
  union all
  select format('%s: executes %s with the rights of %s', grantees.name, p.oid::regprocedure, pg_get_userbyid(p.proowner))
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
  join grantees on grantees.oid = acl.grantee
  where n.nspname = any ($1) and p.prosecdef and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select format('%s: create in schema %s', grantees.name, n.nspname)
  from pg_namespace n
  cross join lateral aclexplode(n.nspacl) acl
  join grantees on grantees.oid = acl.grantee
  where n.nspname = any ($1) and acl.privilege_type = 'CREATE'
`

const POLICIES = `
  select format('%s on %s: %s for %s to %s using (%s) with check (%s)', polname, polrelid::regclass,
      case when polpermissive then 'permissive' else 'restrictive' end,
      case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      (select string_agg(case when role = 0 then 'public' else pg_get_userbyid(role) end, ', ') from unnest(polroles) role),
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) as line
  from pg_policy
  join pg_class c on c.oid = polrelid
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any ($1)
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
`
