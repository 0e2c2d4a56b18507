import { fromQuery, type Operator } from './operator.ts'

/** Roles of the API, and everybody. */
const ROLES = `unnest(array['anon', 'authenticated', 'service_role', 'authenticator', 'public']) as role`

/** Schemas of this project and of the accounts; not PostgreSQL's, and not those that hold extensions alone. */
const SCHEMAS = `(select oid, nspname from pg_namespace where nspname in ('public', 'private', 'auth', 'dbmate', 'extensions')) as schemas`

const RELATIONS = `pg_class join ${SCHEMAS} on schemas.oid = relnamespace and relkind in ('r', 'p', 'v', 'm', 'f')`

const TABLE_PRIVILEGES = `(
    select unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
    union all
    select 'maintain' where current_setting('server_version_num')::integer >= 170000
) as privileges`

const COLUMNS = `${RELATIONS} join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped`

const FUNCTIONS = `pg_proc join ${SCHEMAS} on schemas.oid = pronamespace
    and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')`

/** What is granted, one row for each grantee and privilege, without the owner's own. */
function granted(acl: string, owner: string): string {
  return `cross join lateral (
      select case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role, lower(privilege_type) as privilege
      from aclexplode(${acl}) where grantee <> ${owner}
  ) as grants`
}

export const GRANT_OPERATORS: readonly Operator[] = [
  fromQuery(
    'grant: table',
    `select format('%s on %s to %s', privilege, pg_class.oid::regclass, role) as subject,
        format('grant %s on %s to %s', privilege, pg_class.oid::regclass, role) as sql
    from ${RELATIONS} cross join ${TABLE_PRIVILEGES} cross join ${ROLES}
    where not has_table_privilege(role, pg_class.oid, privilege)`,
  ),
  fromQuery(
    'grant: column',
    `select format('%s (%s) on %s to %s', privilege, attname, pg_class.oid::regclass, role) as subject,
        format('grant %s (%I) on %s to %s', privilege, attname, pg_class.oid::regclass, role) as sql
    from ${COLUMNS} cross join unnest(array['select', 'insert', 'update', 'references']) as privilege cross join ${ROLES}
    where not has_column_privilege(role, pg_class.oid, attnum, privilege)`,
  ),
  fromQuery(
    'grant: table, to be passed on',
    `select format('%s on %s to %s', privilege, pg_class.oid::regclass, role) as subject,
        format('grant %s on %s to %s with grant option', privilege, pg_class.oid::regclass, role) as sql
    from ${RELATIONS} ${granted('relacl', 'relowner')} where role <> 'public'`,
  ),
  fromQuery(
    'revoke: table',
    `select format('%s on %s from %s', privilege, pg_class.oid::regclass, role) as subject,
        format('revoke %s on %s from %s', privilege, pg_class.oid::regclass, role) as sql
    from ${RELATIONS} ${granted('relacl', 'relowner')}`,
  ),
  fromQuery(
    'revoke: column',
    `select format('%s (%s) on %s from %s', privilege, attname, pg_class.oid::regclass, role) as subject,
        format('revoke %s (%I) on %s from %s', privilege, attname, pg_class.oid::regclass, role) as sql
    from ${COLUMNS} ${granted('attacl', 'relowner')}`,
  ),
  fromQuery(
    'grant: function',
    `select format('%s to %s', pg_proc.oid::regprocedure, role) as subject,
        format('grant execute on function %s to %s', pg_proc.oid::regprocedure, role) as sql
    from ${FUNCTIONS} cross join ${ROLES}
    where not has_function_privilege(role, pg_proc.oid, 'execute')`,
  ),
  fromQuery(
    'revoke: function',
    `select format('%s from %s', pg_proc.oid::regprocedure, role) as subject,
        format('revoke execute on function %s from %s', pg_proc.oid::regprocedure, role) as sql
    from ${FUNCTIONS} ${granted(`coalesce(proacl, acldefault('f', proowner))`, 'proowner')}`,
  ),
  fromQuery(
    'grant: schema',
    `select format('%s on %s to %s', privilege, nspname, role) as subject,
        format('grant %s on schema %I to %s', privilege, nspname, role) as sql
    from ${SCHEMAS} cross join unnest(array['usage', 'create']) as privilege cross join ${ROLES}
    where not has_schema_privilege(role, schemas.oid, privilege)`,
  ),
  fromQuery(
    'revoke: schema',
    `select format('%s on %s from %s', privilege, pg_namespace.nspname, role) as subject,
        format('revoke %s on schema %I from %s', privilege, pg_namespace.nspname, role) as sql
    from ${SCHEMAS} join pg_namespace using (oid) ${granted('nspacl', 'nspowner')}
    -- what everybody may do anyway is not lost with one role's own grant
    where has_schema_privilege(role, pg_namespace.oid, privilege) and not (role <> 'public' and has_schema_privilege('public', pg_namespace.oid, privilege))`,
  ),
  fromQuery(
    'schema: the owner is a user',
    `select format('%s to %s', nspname, role) as subject, format('alter schema %I owner to %s', nspname, role) as sql
    from ${SCHEMAS} cross join unnest(array['authenticated', 'service_role', 'authenticator']) as role`,
  ),
  fromQuery(
    'grant: database',
    `select format('create to %s', role) as subject,
        format($sql$do $$ begin execute format('grant create on database %%I to ${'%s'}', current_database()); end $$$sql$, role) as sql
    from ${ROLES}`,
  ),
]
