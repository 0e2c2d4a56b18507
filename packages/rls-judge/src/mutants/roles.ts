import { fromQuery, type Operator } from './operator.ts'
import { ROLES, SETTINGS } from './parts.ts'

// Roles belong to the whole server: each of these mutants has SQL that reverts it.

const OBJECT = `format('role %I', role) as object`

/** An attribute of a role, inverted. */
function attribute(word: string, column: string): Operator {
  return fromQuery(
    `role: ${word} turned round`,
    `select rolname as subject, ${OBJECT},
        format('alter role %I %s', rolname, case when ${column} then 'no${word}' else '${word}' end) as sql,
        format('alter role %I %s', rolname, case when ${column} then '${word}' else 'no${word}' end) as undo
    from pg_roles join ${ROLES} on rolname = role`,
  )
}

export const ROLE_OPERATORS: readonly Operator[] = [
  attribute('superuser', 'rolsuper'),
  attribute('bypassrls', 'rolbypassrls'),
  attribute('createrole', 'rolcreaterole'),
  attribute('createdb', 'rolcreatedb'),
  attribute('replication', 'rolreplication'),
  attribute('login', 'rolcanlogin'),
  attribute('inherit', 'rolinherit'),
  fromQuery(
    'role: member of another',
    `select format('%s in %s', role, rolname) as subject, ${OBJECT},
        format('grant %I to %I', rolname, role) as sql,
        format('revoke %I from %I', rolname, role) as undo
    from pg_roles cross join ${ROLES} cross join scope
    where rolname <> role and (starts_with(rolname, 'pg_') or rolname = any (scope.roles || current_user::text))
        and rolname <> 'pg_database_owner'
        and not pg_has_role(role, pg_roles.oid, 'member') and not pg_has_role(rolname, role, 'member')`,
  ),
  fromQuery(
    'role: no longer member',
    `select format('%s in %s', member::regrole, roleid::regrole) as subject, ${OBJECT},
        format('revoke %s from %s', roleid::regrole, member::regrole) as sql,
        format('grant %s to %s', roleid::regrole, member::regrole) as undo
    from pg_auth_members join ${ROLES} on member = quote_ident(role)::regrole`,
  ),
  fromQuery(
    'role: may pass membership on',
    `select format('%s in %s', member::regrole, roleid::regrole) as subject, ${OBJECT},
        format('grant %s to %s with admin option', roleid::regrole, member::regrole) as sql,
        format('revoke admin option for %s from %s', roleid::regrole, member::regrole) as undo
    from pg_auth_members join ${ROLES} on member = quote_ident(role)::regrole`,
  ),
  fromQuery(
    'role: inherits what it is member of',
    `select format('%s in %s', member::regrole, roleid::regrole) as subject, ${OBJECT},
        format('grant %s to %s with inherit true', roleid::regrole, member::regrole) as sql,
        format('grant %s to %s with inherit false', roleid::regrole, member::regrole) as undo
    from pg_auth_members join ${ROLES} on member = quote_ident(role)::regrole
    where current_setting('server_version_num')::integer >= 160000`,
  ),
  fromQuery(
    'role: setting',
    `select format('%s: %s', login, name) as subject, format('role %I', login) as object,
        format('alter role %I set %s = %L', login, name, value) as sql,
        format('alter role %I reset %s', login, name) as undo
    -- only a login reads its settings
    from scope cross join ${SETTINGS}`,
  ),
  fromQuery(
    'role: may set a parameter',
    `select format('%s on %s to %s', privilege, parameter, role) as subject, ${OBJECT},
        format('grant %s on parameter %s to %I', privilege, parameter, role) as sql,
        format('revoke %s on parameter %s from %I', privilege, parameter, role) as undo
    from ${ROLES} cross join unnest(array['set', 'alter system']) as privilege
    cross join unnest(array['session_replication_role', 'lo_compat_privileges', 'log_statement']) as parameter`,
  ),
]
