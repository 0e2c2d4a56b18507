import type pg from 'pg'
import type { Facts } from '../check.ts'
import { type OwnedRows, rowsOf, type TableAccess } from '../intent.ts'
import type { Comparison } from './comparison.ts'

/** Policies by table, one line each. $1: schemas that are not compared. */
export const POLICIES = (relations: string) => `
  select r.subject, case when p.oid is not null then format(
      '%s: %s for %s to %s using (%s) with check (%s)',
      p.polname,
      case when p.polpermissive then 'permissive' else 'restrictive' end,
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      (select string_agg(case when role = 0 then 'public' else pg_get_userbyid(role) end, ', ') from unnest(p.polroles) role),
      pg_get_expr(p.polqual, p.polrelid),
      pg_get_expr(p.polwithcheck, p.polrelid)
    ) end as fact
  from (${relations}) r
  left join pg_policy p on p.polrelid = r.oid
  where r.relkind in ('r', 'p')
`

/** The policies that the intent requires, in the format of `POLICIES`. */
export async function expectedPolicies(client: pg.Client, comparison: Comparison): Promise<Facts> {
  const facts = new Map<string, string[]>()
  for (const [name, access] of Object.entries(comparison.intent.tables)) {
    facts.set(`public.${name}`, await policiesOf(client, comparison, name, access))
  }
  return facts
}

/** One policy per command, for signed-in users, on their own rows. */
async function policiesOf(
  client: pg.Client,
  { intent, platform }: Comparison,
  table: string,
  access: TableAccess,
): Promise<string[]> {
  const rows = rowsOf(intent, access)
  const { authenticated } = access
  if (rows === 'server') return []
  if (rows === 'everybody') {
    return authenticated.select
      ? [`${table}_select_all: permissive for select to authenticated using (true) with check ()`]
      : []
  }
  const { identity, identityInPolicies = `(select ${identity})` } = platform
  const own = await normalised(client, table, ruleOf(rows, identityInPolicies))
  const policy = (command: string, using: string, check: string) =>
    `${table}_${command}_${rows.named ?? 'own'}: permissive for ${command} to authenticated using (${using}) with check (${check})`
  return [
    ...(authenticated.select ? [policy('select', own, '')] : []),
    ...(authenticated.insert ? [policy('insert', '', own)] : []),
    ...(authenticated.update ? [policy('update', own, own)] : []),
    ...(authenticated.delete ? [policy('delete', own, '')] : []),
  ]
}

function ruleOf({ owner, rule }: OwnedRows, identity: string): string {
  return rule ?? `"${owner.replaceAll('"', '""')}" = ${identity}`
}

/**
 * An expression in PostgreSQL's own formatting. It is read from a policy on a temporary table with the same name and
 * columns, so that the table itself is not locked.
 */
async function normalised(client: pg.Client, table: string, rule: string): Promise<string> {
  const name = client.escapeIdentifier(table)
  await client.query('savepoint normalised')
  try {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      `public.${name}`,
    ])
    // The table is missing: other comparisons report that.
    if (!rows[0]?.there) return rule
    await client.query(`create temporary table ${name} (like public.${name})`)
    await client.query(`create policy normalised on pg_temp.${name} using (${rule})`)
    const { rows: policies } = await client.query<{ expression: string }>(
      'select pg_get_expr(polqual, polrelid) as expression from pg_policy where polrelid = to_regclass($1)',
      [`pg_temp.${name}`],
    )
    return policies[0]?.expression ?? rule
  } finally {
    await client.query('rollback to savepoint normalised; release savepoint normalised')
  }
}
