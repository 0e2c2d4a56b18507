import { fromQuery, type Operator } from './operator.ts'
import { FUNCTIONS, GRANTEES, OWNERS, SCHEMAS } from './parts.ts'

const RELATIONS = `pg_class join ${SCHEMAS} on schemas.oid = relnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')`

const TABLE_PRIVILEGES = `(
    select unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
    union all
    select 'maintain' where current_setting('server_version_num')::integer >= 170000
) as privileges`

const COLUMNS = `${RELATIONS} join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped`

/** Privileges of the API's roles and of PUBLIC, one row per grantee and privilege, without those of the owner. */
function granted(acl: string, owner: string): string {
  return `cross join lateral (
      select case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as role, lower(privilege_type) as privilege
      from aclexplode(${acl}) join ${GRANTEES} on grantee = case when role = 'public' then 0 else to_regrole(quote_ident(role))::oid end
      where grantee <> ${owner}
  ) as grants`
}

export const GRANT_OPERATORS: readonly Operator[] = [
  fromQuery(
    'grant: table',
    `select format('%s on %s to %s', privilege, pg_class.oid::regclass, role) as subject, 'table ' || pg_class.oid::regclass as object,
        format('grant %s on %s to %s', privilege, pg_class.oid::regclass, role) as sql
    from ${RELATIONS} cross join ${TABLE_PRIVILEGES} cross join ${GRANTEES}
    where not has_table_privilege(role, pg_class.oid, privilege)`,
  ),
  fromQuery(
    'grant: column',
    `select format('%s (%s) on %s to %s', privilege, attname, pg_class.oid::regclass, role) as subject, format('column %s.%I', pg_class.oid::regclass, attname) as object,
        format('grant %s (%I) on %s to %s', privilege, attname, pg_class.oid::regclass, role) as sql
    from ${COLUMNS} cross join unnest(array['select', 'insert', 'update', 'references']) as privilege cross join ${GRANTEES}
    where not has_column_privilege(role, pg_class.oid, attnum, privilege)`,
  ),
  fromQuery(
    'grant: table, to be passed on',
    `select format('%s on %s to %s', privilege, pg_class.oid::regclass, role) as subject, 'table ' || pg_class.oid::regclass as object,
        format('grant %s on %s to %s with grant option', privilege, pg_class.oid::regclass, role) as sql
    from ${RELATIONS} ${granted('relacl', 'relowner')} where role <> 'public'`,
  ),
  fromQuery(
    'revoke: table',
    `select format('%s on %s from %s', privilege, pg_class.oid::regclass, role) as subject, 'table ' || pg_class.oid::regclass as object,
        format('revoke %s on %s from %s', privilege, pg_class.oid::regclass, role) as sql
    from ${RELATIONS} ${granted('relacl', 'relowner')}`,
  ),
  fromQuery(
    'revoke: column',
    `select format('%s (%s) on %s from %s', privilege, attname, pg_class.oid::regclass, role) as subject, format('column %s.%I', pg_class.oid::regclass, attname) as object,
        format('revoke %s (%I) on %s from %s', privilege, attname, pg_class.oid::regclass, role) as sql
    from ${COLUMNS} ${granted('attacl', 'relowner')}`,
  ),
  fromQuery(
    'grant: function',
    `select format('%s to %s', functions.oid::regprocedure, role) as subject, 'function ' || functions.oid::regprocedure as object,
        format('grant execute on routine %s to %s', functions.oid::regprocedure, role) as sql
    from (select * from ${FUNCTIONS}) as functions cross join ${GRANTEES}
    where not has_function_privilege(role, functions.oid, 'execute')`,
  ),
  fromQuery(
    'revoke: function',
    `select format('%s from %s', functions.oid::regprocedure, role) as subject, 'function ' || functions.oid::regprocedure as object,
        format('revoke execute on routine %s from %s', functions.oid::regprocedure, role) as sql
    from (select * from ${FUNCTIONS}) as functions ${granted(`coalesce(proacl, acldefault('f', proowner))`, 'proowner')}`,
  ),
  fromQuery(
    'grant: schema',
    `select format('%s on %s to %s', privilege, nspname, role) as subject, format('schema %I', nspname) as object,
        format('grant %s on schema %I to %s', privilege, nspname, role) as sql
    from ${SCHEMAS} cross join unnest(array['usage', 'create']) as privilege cross join ${GRANTEES}
    where not has_schema_privilege(role, schemas.oid, privilege)`,
  ),
  fromQuery(
    'revoke: schema',
    `select format('%s on %s from %s', privilege, schemas.nspname, role) as subject, format('schema %I', schemas.nspname) as object,
        format('revoke %s on schema %I from %s', privilege, schemas.nspname, role) as sql
    from ${SCHEMAS} ${granted('nspacl', 'nspowner')}
    -- revoking a role's grant has no effect if PUBLIC has the privilege
    where has_schema_privilege(role, schemas.oid, privilege) and not (role <> 'public' and has_schema_privilege('public', schemas.oid, privilege))`,
  ),
  fromQuery(
    'schema: the owner is a user',
    `select format('%s to %s', nspname, role) as subject, format('schema %I', nspname) as object,
        format('alter schema %I owner to %s', nspname, role) as sql
    from ${SCHEMAS} cross join ${OWNERS}`,
  ),
  fromQuery(
    'grant: database',
    `select format('create to %s', role) as subject, 'database' as object,
        format($sql$do $$ begin execute format('grant create on database %%I to ${'%s'}', current_database()); end $$$sql$, role) as sql
    from ${GRANTEES}`,
  ),
]
