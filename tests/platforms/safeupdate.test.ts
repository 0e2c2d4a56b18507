import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadModule, parseSync } from 'libpg-query'
import { inside } from 'migration-lint/ast.ts'
import { statementsIn } from 'migration-lint/parse/body.ts'
import type pg from 'pg'
import { withTestDatabase } from '../support/database.ts'

// Supabase loads safeupdate for the login of its Data API: UPDATE and DELETE without WHERE are refused there.
test('no function of the product updates or deletes without WHERE', async () => {
  await loadModule()
  await withTestDatabase(async ({ owner }) => {
    assert.deepEqual(await withoutWhere(owner), [])
    await owner.query(
      `create function private.forget() returns void language plpgsql set search_path = pg_catalog, pg_temp as
         'begin if true then delete from public.usage_events; end if; end';
       create function private.reset_plans() returns void language sql set search_path = pg_catalog, pg_temp as
         'with changed as (update public.user_profiles set plan_type = ''free'' returning 1) select';`,
    )
    assert.deepEqual(await withoutWhere(owner), ['private.forget()', 'private.reset_plans()'])
  })
})

/** Functions of public and private with such a statement. */
async function withoutWhere(database: pg.Pool): Promise<string[]> {
  const { rows } = await database.query<{ name: string; definition: string }>(
    `select oid::regprocedure::text as name, pg_get_functiondef(oid) as definition from pg_proc
     where pronamespace in ('public'::regnamespace, 'private'::regnamespace) order by 1`,
  )
  assert.ok(rows.length > 10)
  return rows
    .filter(({ name, definition }) => {
      const node = parseSync(definition).stmts?.[0]?.stmt
      const statements = node && 'CreateFunctionStmt' in node ? statementsIn(node.CreateFunctionStmt) : []
      assert.ok(statements.length > 0, `${name} is read`)
      return [...inside(statements, 'UpdateStmt'), ...inside(statements, 'DeleteStmt')].some(
        ({ whereClause }) => whereClause === undefined,
      )
    })
    .map(({ name }) => name)
}
