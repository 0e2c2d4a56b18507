import type pg from 'pg'
import { compare, compareFacts, readFacts, type Verdict } from '../check.ts'
import { API_ROLES } from '../intent.ts'
import { compareAllowed } from '../platform.ts'
import type { Comparison } from './comparison.ts'

/** Attributes, memberships and settings of the API's roles. */
export async function* checkRoles(client: pg.Client, { platform }: Comparison): AsyncGenerator<Verdict> {
  yield* compareFacts(
    'attributes of role',
    await readFacts(client, ATTRIBUTES, [API_ROLES]),
    new Map(Object.entries(platform.roles)),
    (subject) => `unknown role ${subject}`,
  )

  const lines = async (sql: string, values: unknown[] = []) =>
    (await client.query<{ line: string }>(sql, values)).rows.map(({ line }) => line)

  yield compareAllowed(
    'only authenticator becomes anon, authenticated or service_role, one transaction at a time',
    await lines(MEMBERS, [API_ROLES]),
    'memberships',
    platform,
  )
  yield compareAllowed(
    "nobody is a member of PostgreSQL's predefined roles or bypasses row level security",
    await lines(POWERFUL),
    'powerful roles',
    platform,
  )
  yield compareAllowed(
    'no setting of a role or of this database weakens the checks of statements',
    await lines(SETTINGS, [API_ROLES]),
    'settings',
    platform,
  )
  yield compare('no role of the API may change a protected setting', await lines(PARAMETERS, [API_ROLES]), [])
}

const ATTRIBUTES = `
  select r.rolname::text as subject, attribute as fact
  from pg_roles r
  left join lateral unnest(array_remove(array[
    case when r.rolsuper then 'superuser' end,
    case when r.rolinherit then 'inherit' end,
    case when r.rolcreaterole then 'createrole' end,
    case when r.rolcreatedb then 'createdb' end,
    case when r.rolcanlogin then 'login' end,
    case when r.rolreplication then 'replication' end,
    case when r.rolbypassrls then 'bypassrls' end
  ], null)) attribute on true
  where r.rolname = any ($1)
`

// Owners of databases on this server may become these roles to test their databases.
const MEMBERS = `
  select format('%s is a member of %s%s%s', member.rolname, role.rolname,
      case when m.admin_option then ' with admin option' else '' end,
      case when (to_jsonb(m) ->> 'inherit_option')::boolean then ' and inherits its privileges' else '' end) as line
  from pg_auth_members m
  join pg_roles member on member.oid = m.member
  join pg_roles role on role.oid = m.roleid
  where (role.rolname = any ($1) or member.rolname = any ($1))
    and (member.rolname = any ($1) or not (
      member.rolsuper
      or exists (select from pg_database where datdba = member.oid)
    ))
`

const POWERFUL = `
  select format('%s is a member of %s', member.rolname, role.rolname) as line
  from pg_auth_members m
  join pg_roles member on member.oid = m.member
  join pg_roles role on role.oid = m.roleid
  where starts_with(role.rolname, 'pg_')
    and not starts_with(member.rolname, 'pg_')
    and not member.rolsuper
    and not exists (select from pg_database where datdba = member.oid)
  union all
  select format('%s bypasses row level security', rolname)
  from pg_roles
  where rolbypassrls
    and not rolsuper
    and rolname <> 'service_role'
    and not exists (select from pg_database where datdba = pg_roles.oid)
`

const SETTINGS = `
  select format('%s: %s', coalesce(role.rolname, 'this database'), setting) as line
  from pg_db_role_setting s
  left join pg_roles role on role.oid = s.setrole
  cross join lateral unnest(s.setconfig) setting
  where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
    and (role.rolname = any ($1) or s.setrole = 0)
    and setting !~ '^[a-z_]*timeout='
`

const PARAMETERS = `
  select format('%s: %s on %s', coalesce(role.rolname, 'public'), lower(acl.privilege_type), p.parname) as line
  from pg_parameter_acl p
  cross join lateral aclexplode(p.paracl) acl
  left join pg_roles role on role.oid = acl.grantee
  where acl.grantee = 0 or role.rolname = any ($1)
`
