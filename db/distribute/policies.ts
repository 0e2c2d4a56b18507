import { parse } from 'libpg-query'
import { inside } from 'migration-lint/ast.ts'
import type pg from 'pg'
import type { Step } from './step.ts'

/** The caller in policies on one server, as PostgreSQL prints it: evaluated once per query. */
const ONCE = '( SELECT auth.uid() AS uid)'
const FOR_EACH_ROW = 'auth.uid()'

interface Policy {
  name: string
  tablename: string
  using: string | null
  check: string | null
}

/** Citus refuses a sub-select in a policy of a distributed table. */
export function policiesStep(tables: readonly string[]): Step {
  return {
    name: 'policies have auth.uid() without a sub-select',
    async left(client) {
      const policies = await readPolicies(client, tables)
      const statements: string[] = []
      for (const { name, tablename, using, check } of policies) {
        const changes = [...(await changed('using', using)), ...(await changed('with check', check))]
        if (changes.length > 0)
          statements.push(
            `alter policy ${client.escapeIdentifier(name)} on ${tablename} ${changes.join(' ')}`,
          )
      }
      return statements
    },
  }
}

/** Policies with another sub-select than the caller, which cannot be converted. */
export async function findForeignSubqueries(
  client: pg.ClientBase,
  tables: readonly string[],
): Promise<string[]> {
  const found: string[] = []
  for (const { name, tablename, using, check } of await readPolicies(client, tables))
    for (const expression of [using, check])
      if (expression !== null && (await withoutSubquery(expression)) === undefined)
        found.push(`policy ${name} on ${tablename} has a sub-select that is not (select auth.uid())`)
  return [...new Set(found)]
}

/**
 * Replaces `(select auth.uid())` by `auth.uid()`. Undefined if another sub-select remains, or a string contains these
 * words.
 *
 * @param expression as pg_get_expr prints it
 */
export async function withoutSubquery(expression: string): Promise<string | undefined> {
  const parts = expression.split(ONCE)
  const bare = parts.join(FOR_EACH_ROW)
  const counts = [await countSubqueries(expression), await countSubqueries(bare)]
  return counts[0] === parts.length - 1 && counts[1] === 0 ? bare : undefined
}

async function changed(clause: string, expression: string | null): Promise<string[]> {
  if (expression === null || !expression.includes(ONCE)) return []
  return [`${clause} (${(await withoutSubquery(expression)) ?? expression})`]
}

async function countSubqueries(expression: string): Promise<number> {
  const tree = await parse(`select ${expression}`)
  return [...inside(tree, 'SubLink')].length
}

async function readPolicies(client: pg.ClientBase, tables: readonly string[]): Promise<Policy[]> {
  const { rows } = await client.query<Policy>(
    `select polname as name, polrelid::regclass::text as tablename,
       pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as check
     from pg_policy where polrelid = any ($1::regclass[]) order by 2, 1`,
    [tables],
  )
  return rows
}
