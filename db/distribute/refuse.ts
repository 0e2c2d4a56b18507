import type pg from 'pg'
import { environmentError } from 'postgres-kit/failure.ts'
import { API_ROLES } from 'rls-judge/intent.ts'
import { findForeignSubqueries } from './policies.ts'

/** The oldest Citus that this was tried on: major and minor. */
const OLDEST = [13, 2] as const

/** Why this Citus is not supported; undefined if it is. @param version such as `13.2-1`; undefined: not installed */
export function versionProblem(version: string | undefined): string | undefined {
  if (version === undefined) return 'the extension citus is not installed: this is one PostgreSQL server'
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number)
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
  return isOld ? `citus ${version} is too old: ${OLDEST.join('.')} or newer is needed` : undefined
}

/**
 * Refuses a login that is not a superuser, which may not read the ledger, and a worker, which has none.
 *
 * @throws Failure (2)
 */
export async function refuseConnection(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ citus: boolean; superuser: boolean; name: string }>(
    `select exists (select from pg_extension where extname = 'citus') as citus,
       (select rolsuper from pg_roles where rolname = current_user) as superuser, current_user::text as name`,
  )
  const { citus = false, superuser = false, name = '' } = rows[0] ?? {}
  if (!citus) return
  if (!superuser) throw refusal([`${name} is not a superuser: it cannot change roles and nodes`])
  const { rows: nodes } = await client.query<{ coordinator: boolean }>(
    'select citus_is_coordinator() as coordinator',
  )
  if (nodes[0]?.coordinator !== true)
    throw refusal(['this node is not a coordinator: use the connection string of the coordinator'])
}

/**
 * Refuses a database that cannot be distributed safely.
 *
 * @param tables the tables with their owner column
 * @throws Failure (2) with every reason
 */
export async function refuseUnsafe(
  client: pg.ClientBase,
  tables: Readonly<Record<string, string>>,
): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    "select extversion as version from pg_extension where extname = 'citus'",
  )
  const old = versionProblem(rows[0]?.version)
  if (old) throw refusal([old])
  const cluster = [...(await clusterProblems(client)), ...(await roleProblems(client))]
  if (cluster.length > 0) throw refusal(cluster)
  const problems = await tableProblems(client, tables)
  if (problems.length > 0) throw refusal(problems)
}

function refusal(reasons: readonly string[]) {
  return environmentError(`nothing was done:\n  ${reasons.join('\n  ')}`)
}

async function clusterProblems(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{
    workers: number
    shards: boolean
    others: string[]
    inactive: string[]
  }>(
    `select
       (select count(*)::int from pg_dist_node where groupid <> 0 and isactive and shouldhaveshards) as workers,
       exists (select from pg_dist_node where groupid = 0 and shouldhaveshards) as shards,
       array(select nodename || ':' || nodeport from pg_dist_node where not isactive) as inactive,
       array(
         select datname::text from pg_database
         where not datistemplate and datname not in ('postgres', current_database()) order by 1
       ) as others`,
  )
  const { workers = 0, shards = false, inactive = [], others = [] } = rows[0] ?? {}
  return [
    ...(workers === 0 ? ["there is no worker: select citus_add_node('host', 5432)"] : []),
    ...(shards
      ? [
          "the coordinator has shards, which users of the API could access directly: select citus_set_node_property('host', 5432, 'shouldhaveshards', false), and citus_drain_node()",
        ]
      : []),
    ...inactive.map((node) => `the node ${node} is not active: activate or remove it`),
    ...(others.length > 0
      ? [
          `the server has other databases (${others.join(', ')}), and the roles of the API would get a login there too`,
        ]
      : []),
  ]
}

/** Roles without a login that have a password, which would be of use with the login that they get. */
export async function roleProblems(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select rolname as name from pg_authid
     where rolname = any ($1) and not rolcanlogin and rolpassword is not null order by 1`,
    [API_ROLES],
  )
  return rows.map(
    ({ name }) =>
      `${name} has a password, with which anybody who knows it could log in: alter role ${name} password null`,
  )
}

/** Properties of a table that prevent its distribution or would break it. */
export async function tableProblems(
  client: pg.ClientBase,
  tables: Readonly<Record<string, string>>,
): Promise<string[]> {
  const names = Object.keys(tables)
  const { rows } = await client.query<{ problem: string }>(TABLE_PROBLEMS, [names, Object.values(tables)])
  return [
    ...rows.map(({ problem }) => problem),
    ...(await findOrphans(client, tables)),
    ...(await findForeignSubqueries(client, names)),
  ]
}

/** At the end of a migration: a restrictive policy must not be committed, because on the workers it gives access. */
export const NO_RESTRICTIVE_POLICY = `do $$ begin
  if exists (
    select from pg_catalog.pg_policy
    where not polpermissive and polrelid in (select logicalrelid from pg_catalog.pg_dist_partition)
  ) then
    raise exception 'a policy of a distributed table is restrictive: Citus makes it permissive on the workers'
      using errcode = 'feature_not_supported', hint = 'Write the condition into the permissive policies.';
  end if;
end $$`

const TABLE_PROBLEMS = `
with given as (select name::regclass as id, name, owner from unnest($1::text[], $2::text[]) as given (name, owner))
select format('%s.%s is an identity column, which a distributed table cannot have', name, attname) as problem
from given join pg_attribute on attrelid = id where attidentity <> ''
union all
select format('the policy %s of %s is restrictive, and Citus would make it permissive on the workers', polname, name)
from given join pg_policy on polrelid = id
where not polpermissive
union all
select format('the key %s does not contain %s.%s', indexrelid::regclass, name, owner)
from given join pg_index on indrelid = id
where (indisunique or indisexclusion) and not exists (
  select from pg_attribute where attrelid = id and attname = owner and attnum = any (indkey))
union all
select format('the foreign key %s of %s does not contain %s', conname, name, owner)
from given join pg_constraint on conrelid = id and contype = 'f'
where not exists (select from pg_attribute where attrelid = id and attname = owner and attnum = any (conkey))
union all
select format('the foreign key %s of %s refers to %s, which is not distributed', conname, name, confrelid::regclass)
from given join pg_constraint on conrelid = id and contype = 'f'
where confrelid not in (select id from given)
  and confrelid <> 'auth.users'::regclass and confrelid is distinct from to_regclass('private.accounts')
order by 1`

/** Rows whose account was deleted: the foreign key to the accounts would refuse them. */
async function findOrphans(
  client: pg.ClientBase,
  tables: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { rows: keys } = await client.query<{ name: string }>(
    `select distinct conrelid::regclass::text as name from pg_constraint
     where contype = 'f' and confrelid = 'auth.users'::regclass and conrelid::regclass::text = any ($1) order by 1`,
    [Object.keys(tables)],
  )
  const problems: string[] = []
  for (const { name } of keys) {
    const { rows } = await client.query<{ orphans: string }>(
      `select count(*) as orphans from ${name}
       where not exists (select from auth.users where id = ${client.escapeIdentifier(tables[name] ?? '')})`,
    )
    const orphans = rows[0]?.orphans ?? '0'
    if (orphans !== '0') problems.push(`${orphans} rows of ${name} belong to no account: delete them first`)
  }
  return problems
}
