import pg from 'pg'
import { API_ROLES } from 'rls-judge/intent.ts'
import { askWorkers, onWorkers } from './nodes.ts'
import type { Step } from './step.ts'

/**
 * Distributing a table creates it and its shards again. Default privileges would grant the roles of the API everything on
 * them.
 */
export const DEFAULT_PRIVILEGES: Step = {
  name: 'no default privileges for the roles of the API, on any node',
  async left(client) {
    const { rows } = await client.query<{ statements: string[] }>(revocations(false))
    const workers = await askWorkers<string>(client, revocations(true))
    return [...(rows[0]?.statements ?? []), ...[...new Set(workers.flat())].map(onWorkers)]
  },
}

/**
 * Citus adds the default values of omitted columns, such as created_at, to an insert, so the insert needs the privilege on
 * every column of the shard. A grant on the shard would be lost when the shard moves, so this is a default privilege. The
 * coordinator still checks the columns that a user lists.
 */
export const INSERT_ON_SHARDS: Step = {
  name: 'authenticated may insert into every column of new shards; the coordinator still checks columns',
  async left(client) {
    const workers = await askWorkers<boolean>(
      client,
      `select json_build_array(exists (
         select from pg_default_acl cross join lateral aclexplode(defaclacl) as acl
         where ${IS_INSERT_ON_SHARDS}))`,
    )
    const statement = `alter default privileges in schema public grant insert on tables to authenticated`
    return workers.flat().every(Boolean) ? [] : [onWorkers(statement)]
  },
}

const IS_INSERT_ON_SHARDS = `defaclobjtype = 'r' and defaclnamespace = 'public'::regnamespace and defaclrole = current_user::regrole
  and acl.grantee::regrole::text = 'authenticated' and acl.privilege_type = 'INSERT'`

/** A query for the statements that revoke, as a JSON array. */
export function revocations(worker: boolean): string {
  const roles = API_ROLES.map((role) => pg.escapeLiteral(role)).join(', ')
  return `
    select coalesce(json_agg(statement order by statement), '[]') as statements from (
      select format('alter default privileges for role %I%s revoke %s on %s from %I',
        pg_get_userbyid(defaclrole), ' in schema ' || quote_ident(nspname), string_agg(acl.privilege_type, ', '),
        case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
        pg_get_userbyid(acl.grantee)) as statement
      from pg_default_acl left join pg_namespace on pg_namespace.oid = defaclnamespace
      cross join lateral aclexplode(defaclacl) as acl
      where acl.grantee <> 0 and pg_get_userbyid(acl.grantee) in (${roles})
        ${worker ? `and not (${IS_INSERT_ON_SHARDS})` : ''}
      group by defaclrole, nspname, defaclobjtype, acl.grantee
    ) as each`
}
