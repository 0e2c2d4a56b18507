import type pg from 'pg'
import { API_ROLES, COMMANDS, type TableAccess } from 'rls-judge/intent.ts'
import { askWorkers, onShards, SHARDS } from './nodes.ts'
import type { Step } from './step.ts'

/** Statements that give a table exactly the privileges of the intent. */
export function grantStatements(table: string, { authenticated, service_role }: TableAccess): string[] {
  const { select, insert, update, delete: remove } = authenticated
  const privileges = [
    ...(select ? ['select'] : []),
    ...(insert ? [`insert (${insert.join(', ')})`] : []),
    ...(update ? [`update (${update.join(', ')})`] : []),
    ...(remove ? ['delete'] : []),
  ]
  return [
    `revoke all on table ${table} from public, anon, authenticated, service_role`,
    ...(privileges.length > 0 ? [`grant ${privileges.join(', ')} on table ${table} to authenticated`] : []),
    ...(service_role.length > 0
      ? [`grant ${service_role.join(', ')} on table ${table} to service_role`]
      : []),
  ]
}

/** The same privileges, one per line, in the format of {@link readPrivileges}. */
function expectedPrivileges({ authenticated, service_role }: TableAccess): string[] {
  const { insert = [], update = [] } = authenticated
  return [
    ...COMMANDS.filter((command) => authenticated[command] === true).map(
      (command) => `authenticated ${command}`,
    ),
    ...insert.map((column) => `authenticated insert ${column}`),
    ...update.map((column) => `authenticated update ${column}`),
    ...service_role.map((command) => `service_role ${command}`),
  ].sort()
}

/** Restores privileges that default privileges, Citus or a person may have changed. */
export function grantsStep(tables: Readonly<Record<string, TableAccess>>): Step {
  return {
    name: 'the tables on the coordinator have the privileges of db/access.ts',
    async left(client) {
      const statements: string[] = []
      for (const [table, access] of Object.entries(tables)) {
        const actual = await readPrivileges(client, table)
        if (actual.join() !== expectedPrivileges(access).join())
          statements.push(...grantStatements(table, access))
      }
      return statements
    },
  }
}

/** Restores privileges on shards: revoking a table's privileges also revokes the insert with which its shards were created. */
export function shardGrantsStep(tables: Readonly<Record<string, TableAccess>>): Step {
  return {
    name: 'every shard has the privileges of its table, and insert for authenticated where the table has it',
    async left(client) {
      const shards = (await askWorkers<ShardPrivileges>(client, SHARD_PRIVILEGES)).flat()
      const statements: string[] = []
      for (const [table, access] of Object.entries(tables)) {
        const expected = expectedOnShards(access)
        const differs = shards.some(
          (shard) => shard.table === table && shard.privileges.toSorted().join() !== expected.join(),
        )
        if (differs) statements.push(...shardStatements(table, access))
      }
      return statements
    },
  }
}

function expectedOnShards(access: TableAccess): string[] {
  const more = access.authenticated.insert ? ['authenticated insert'] : []
  return [...expectedPrivileges(access), ...more].sort()
}

function shardStatements(table: string, access: TableAccess): string[] {
  const more = access.authenticated.insert ? ['grant insert on table %s to authenticated'] : []
  return [...grantStatements('%s', access), ...more].map((sql) => onShards(table, sql))
}

/** Sorted privileges of the API's roles and of PUBLIC on a table and its columns. */
export async function readPrivileges(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ privileges: string[] }>(
    `select ${privilegesOf('$1::regclass')} as privileges`,
    [table],
  )
  return (rows[0]?.privileges ?? []).toSorted()
}

function privilegesOf(relation: string): string {
  const roles = API_ROLES.map((role) => `'${role}'`).join(', ')
  return `array(
    select concat_ws(' ', case grantee when 0 then 'public' else pg_get_userbyid(grantee) end, lower(privilege_type), attname)
    from (
      select acl.*, null as attname from pg_class cross join lateral aclexplode(relacl) as acl where oid = ${relation}
      union all
      select acl.*, attname from pg_attribute cross join lateral aclexplode(attacl) as acl where attrelid = ${relation} and not attisdropped
    ) as every
    where grantee = 0 or pg_get_userbyid(grantee) in (${roles}))`
}

interface ShardPrivileges {
  table: string
  privileges: string[]
}

const SHARD_PRIVILEGES = `
  select coalesce(json_agg(json_build_object('table', tablename, 'privileges', ${privilegesOf('shard')})), '[]')
  from (${SHARDS}) as each
  where shard is not null`
