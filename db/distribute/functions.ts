import type pg from 'pg'
import { askWorkers } from './nodes.ts'
import type { Step } from './step.ts'

interface FunctionPrivileges {
  name: string
  grantees: string[]
}

/** Citus copies a function to the workers with PostgreSQL's default privileges: PUBLIC may call it there. */
export const FUNCTIONS_STEP: Step = {
  name: 'the functions on the workers have the privileges that they have on the coordinator',
  async left(client) {
    const { rows } = await client.query<{ functions: FunctionPrivileges[] }>(QUERY)
    const onWorkers = (await askWorkers<FunctionPrivileges>(client, QUERY)).flat()
    return (rows[0]?.functions ?? []).flatMap(({ name, grantees }) => {
      const copies = onWorkers.filter((copy) => copy.name === name)
      if (copies.every((copy) => copy.grantees.join() === grantees.join())) return []
      const others = [...new Set(copies.flatMap((copy) => copy.grantees))].filter(
        (role) => !grantees.includes(role),
      )
      // Run on the coordinator: a worker refuses these statements, and Citus repeats them there.
      return [
        ...(others.length > 0 ? [`revoke all on function ${name} from ${list(client, others)}`] : []),
        ...(grantees.length > 0 ? [`grant execute on function ${name} to ${list(client, grantees)}`] : []),
      ]
    })
  },
}

/** `public` is PUBLIC: no role can have this name. */
function list(client: pg.ClientBase, roles: readonly string[]): string {
  return roles.map((role) => (role === 'public' ? role : client.escapeIdentifier(role))).join(', ')
}

/** Roles that may execute each function, without its owner. Argument types are printed the same on every node. */
const QUERY = `
  select coalesce(json_agg(json_build_object('name', name, 'grantees', grantees) order by name), '[]') as functions
  from (
    select format('%I.%I(%s)', nspname, proname, array_to_string(array(
        select format('%I.%I', type_schema.nspname, typname)
        from unnest(proargtypes) with ordinality as argument (type, place) join pg_type on pg_type.oid = argument.type
        join pg_namespace as type_schema on type_schema.oid = typnamespace order by place), ', ')) as name,
      array(
        select case acl.grantee when 0 then 'public' else pg_get_userbyid(acl.grantee) end
        from aclexplode(coalesce(proacl, acldefault('f', proowner))) as acl
        where acl.grantee <> proowner order by 1) as grantees
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (
      select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
  ) as each`
