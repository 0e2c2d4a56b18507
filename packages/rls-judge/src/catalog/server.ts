import type pg from 'pg'
import { compare, type Verdict } from '../check.ts'
import { API_ROLES } from '../intent.ts'
import { compareAllowed } from '../platform.ts'
import type { Comparison } from './comparison.ts'

/** The database as a whole, PostgreSQL's own objects, and objects owned by the API's roles. */
export async function* checkServer(
  client: pg.Client,
  { intent, platform, server }: Comparison,
): AsyncGenerator<Verdict> {
  const lines = async (sql: string, values: unknown[] = []) =>
    (await client.query<{ line: string }>(sql, values)).rows.map(({ line }) => line)

  yield compareAllowed(
    'everybody may create temporary tables in this database and nothing else',
    await lines(DATABASE, [server.owner]),
    'database privileges',
    platform,
  )
  yield compare(
    "the API has no privilege on PostgreSQL's own objects beyond those that PostgreSQL ships",
    await lines(SYSTEM, [API_ROLES]),
    [],
  )
  yield compare(
    'the roles of the API own nothing, and have no privileges on anything unusual',
    await lines(OWNED, [API_ROLES, Object.keys(intent.schemas)]),
    [],
  )
  yield compare(
    'this database belongs to the role that ran the migrations, or to a superuser',
    await lines(DATABASE_OWNER, [server.owner]),
    [],
  )
  yield compare(
    'no built-in function that may reveal its arguments is marked leakproof',
    await lines(LEAKPROOF),
    [],
  )
  yield compare('triggers and foreign keys are enforced for the session', await lines(REPLICATION), [])
}

const DATABASE = `
  select format('%s: %s%s', coalesce(role.rolname, 'public'), lower(acl.privilege_type),
      case when acl.is_grantable then ' with grant option' else '' end) as line
  from pg_database d
  cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
  left join pg_roles role on role.oid = acl.grantee
  where d.datname = current_database()
    and acl.grantee <> d.datdba
    and (acl.grantee = 0 or not role.rolsuper)
    and role.rolname is distinct from $1
`

// pg_init_privs has the privileges that initdb and extensions granted.
const SYSTEM = `
  with objects (class, oid, schema, name, acl, standard, owner) as (
    select 'pg_class'::regclass, oid, relnamespace, 'relation ' || relname, relacl, acldefault('r', relowner), relowner from pg_class
    union all
    select 'pg_proc'::regclass, oid, pronamespace, 'function ' || proname, proacl, acldefault('f', proowner), proowner from pg_proc
  ), granted as (
    select objects.*, acl.grantee, acl.privilege_type
    from objects
    cross join lateral aclexplode(objects.acl) acl
    where objects.schema in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and objects.acl is not null
      and acl.grantee <> objects.owner
    except
    select objects.*, acl.grantee, acl.privilege_type
    from objects
    left join pg_init_privs i on i.classoid = objects.class and i.objoid = objects.oid and i.objsubid = 0
    cross join lateral aclexplode(coalesce(i.initprivs, objects.standard)) acl
  )
  select format('%s: %s on %s', coalesce(role.rolname, 'public'), lower(granted.privilege_type), granted.name) as line
  from granted
  left join pg_roles role on role.oid = granted.grantee
  where (granted.grantee = 0 or role.rolname = any ($1))
    -- the views of the SQL standard show each caller only its own objects
    and not (granted.schema = 'information_schema'::regnamespace and granted.grantee = 0 and granted.privilege_type = 'SELECT')
  union all
  select format('%s: %s on language %s', coalesce(role.rolname, 'public'), lower(acl.privilege_type), lanname)
  from pg_language
  cross join lateral aclexplode(lanacl) acl
  left join pg_roles role on role.oid = acl.grantee
  where role.rolname = any ($1) or acl.grantee = 0 and not lanpltrusted
  union all
  select format('%s: column privilege on %s.%s', coalesce(role.rolname, 'public'), attrelid::regclass, attname)
  from pg_attribute
  cross join lateral aclexplode(attacl) acl
  left join pg_roles role on role.oid = acl.grantee
  left join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = attrelid and i.objsubid = attnum
  join pg_class c on c.oid = attrelid
  where c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    and attacl is distinct from i.initprivs
    and (acl.grantee = 0 or role.rolname = any ($1))
  union all
  select format('%s: %s on tablespace %s', coalesce(role.rolname, 'public'), lower(acl.privilege_type), spcname)
  from pg_tablespace
  cross join lateral aclexplode(spcacl) acl
  left join pg_roles role on role.oid = acl.grantee
  where acl.grantee = 0 or role.rolname = any ($1)
`

// Relations, functions, schemas and default privileges are compared elsewhere.
const OWNED = `
  select format('%s %s %s', role.rolname,
      case when d.deptype = 'o' then 'owns' else 'has privileges on' end,
      pg_describe_object(d.classid, d.objid, d.objsubid)) as line
  from pg_shdepend d
  join pg_roles role on role.oid = d.refobjid
  where d.refclassid = 'pg_authid'::regclass
    and role.rolname = any ($1)
    and d.dbid in (0, (select oid from pg_database where datname = current_database()))
    and (d.deptype = 'o' or d.deptype = 'a' and d.classid not in (
      'pg_class'::regclass, 'pg_proc'::regclass, 'pg_namespace'::regclass, 'pg_default_acl'::regclass
    ))
  union all
  select format('privileges on type %s: %s', pg_type.oid::regtype, typacl)
  from pg_type
  join pg_namespace n on n.oid = typnamespace
  where typacl is not null
    and n.nspname = any ($2)
    and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = pg_type.oid and d.deptype = 'e')
`

const DATABASE_OWNER = `
  select format('it is owned by %s', rolname) as line
  from pg_database
  join pg_roles on pg_roles.oid = datdba
  where datname = current_database()
    and rolname <> $1
    and not rolsuper
`

// PostgreSQL's own leakproof functions are comparisons. Under a policy, they run on rows that the caller may not see.
const LEAKPROOF = `
  select oid::regprocedure::text as line
  from pg_proc
  where proleakproof
    and oid < 16384
    and (
      proargtypes::oid[] && array['tsvector'::regtype, 'tsquery'::regtype, 'json'::regtype, 'jsonb'::regtype, 'numeric'::regtype]::oid[]
      -- comparisons and hashes never fail; arithmetic and casts to a smaller type reveal a value when they fail
      or proname !~ '(eq|ne|lt|le|gt|ge|cmp)(text|name|int4)?$|(larger|smaller)$|^(bool|bytea|crc32c?|float[48]|int[48]|interval|macaddr8|md5|name|numeric|sha[0-9]+|starts_with|text|varchar|(gen_random_)?uuid.*)$'
      or proname = 'int4' and proargtypes[0] not in ('bool'::regtype, 'int2'::regtype)
      or 'text'::regtype = any (proargtypes) and proname !~
        '^(bt(name)?text(name|_pattern_)?cmp|md5|name|starts_with|name(eq|ge|gt|le|lt|ne)text|text(eq|ge|gt|le|lt|ne)(name)?|text_(pattern_)?(ge|gt|le|lt|larger|smaller))$'
    )
`

const REPLICATION = `
  select name || ' is ' || setting as line
  from pg_settings
  where (name, setting) in (('session_replication_role', 'replica'), ('session_replication_role', 'local'), ('row_security', 'off'))
`
