import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadModule, parsePlPgSQLSync, parseSync } from 'libpg-query'
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
  const { rows } = await database.query<{ name: string; language: string; body: string; definition: string }>(
    `select p.oid::regprocedure::text as name, lanname as language, prosrc as body, pg_get_functiondef(p.oid) as definition
     from pg_proc p join pg_language l on l.oid = prolang
     where pronamespace in ('public'::regnamespace, 'private'::regnamespace) order by 1`,
  )
  assert.ok(rows.length > 10)
  return rows
    .filter(({ language, body, definition }) => {
      assert.match(language, /^(sql|plpgsql)$/)
      const statements = language === 'sql' ? [body] : statementsIn(parsePlPgSQLSync(definition))
      return statements.some((sql) => changesEveryRow(parseSync(sql)))
    })
    .map(({ name }) => name)
}

/** SQL statements in the tree of a PL/pgSQL function: mode 0 of its expressions. */
function statementsIn(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return []
  if ('query' in tree && typeof tree.query === 'string' && (!('parseMode' in tree) || tree.parseMode === 0))
    return [tree.query]
  return Object.values(tree).flatMap(statementsIn)
}

function changesEveryRow(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null) return false
  return Object.entries(tree).some(
    ([kind, content]) =>
      (/^(Update|Delete)Stmt$/.test(kind) && !('whereClause' in content)) || changesEveryRow(content),
  )
}
