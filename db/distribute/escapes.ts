import type { Step } from './step.ts'

/** By default, Citus lets every role run SQL on nodes and shards, and see the names and sizes of distributed tables. */
export const ESCAPES_STEP: Step = {
  name: 'only the owner runs commands on nodes and shards, and sees how tables are distributed',
  async left(client) {
    const { rows } = await client.query<{ statement: string }>(
      `select 'revoke execute on function ' || pg_proc.oid::regprocedure || ' from public' as statement
       from pg_proc cross join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) as acl
       where pronamespace = 'pg_catalog'::regnamespace and proname like 'run\\_command\\_on\\_%' and acl.grantee = 0
       union all
       select 'revoke all on table ' || pg_class.oid::regclass || ' from public'
       from pg_class cross join lateral aclexplode(relacl) as acl
       where relnamespace in ('public'::regnamespace, 'pg_catalog'::regnamespace)
         and relname in ('citus_tables', 'citus_schemas', 'citus_shards') and acl.grantee = 0
       group by pg_class.oid
       order by 1`,
    )
    return rows.map(({ statement }) => statement)
  },
}
