import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { TABLES } from '../../db/access.ts'
import { withFilesAt } from '../../db/base.ts'
import { readSchema } from '../../db/facts/schema.ts'
import { listMigrations } from '../../db/migrations/files.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { inRoot } from '../../db/paths.ts'
import { fillTables } from '../../db/plan/fill.ts'
import { findRelease } from '../../db/previous-release/find.ts'
import { catalogOf } from '../migrations/crash/catalog.ts'
import { bootstrappedDatabase } from '../migrations/databases.ts'
import { temporaryFolder } from '../support/files.ts'

/** Released versions: tags; if there are none, the merge base with origin/main. */
function releases(): string[] {
  const tags = spawnSync('git', ['tag', '--list'], { cwd: inRoot(), encoding: 'utf8' }).stdout.split('\n')
  const named = tags.filter(Boolean)
  const base = findRelease(process.env.BASE || undefined)
  return named.length > 0 || 'missing' in base ? named : [base.commit]
}

/** Number of rows of each existing table. */
async function counts(database: ConnectionString): Promise<Map<string, number>> {
  return withOwnerClient(database, async (client) => {
    const all = new Map<string, number>()
    for (const table of Object.keys(TABLES)) {
      const name = `public.${client.escapeIdentifier(table)}`
      const there = await client.query('select where to_regclass($1) is not null', [name])
      if (there.rowCount === 0) continue
      const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${name}`)
      all.set(table, rows[0]?.n ?? 0)
    }
    return all
  })
}

/** Fills a database with the migrations of a folder, migrates it to the newest, and compares it with a fresh one. */
async function upgrade(
  t: TestContext,
  folder: string,
  fresh: readonly string[],
): Promise<Map<string, number>> {
  const database = await bootstrappedDatabase(t)
  await migrate(database, () => {}, { folder })
  const facts = await readSchema()
  await withOwnerClient(database, (client) => fillTables(client, facts))
  const before = await counts(database)
  await migrate(database, () => {})
  assert.deepEqual(await catalogOf(database), fresh)
  const after = await counts(database)
  for (const [table, rows] of before) assert.equal(after.get(table), rows, table)
  return before
}

async function freshCatalog(t: TestContext): Promise<string[]> {
  const database = await bootstrappedDatabase(t)
  await migrate(database, () => {})
  return catalogOf(database)
}

test('a database of every released version, filled and migrated to the newest, equals a fresh one and keeps its rows', async (t) => {
  const fresh = await freshCatalog(t)
  for (const name of releases()) {
    const release = findRelease(name)
    if ('missing' in release) throw new Error(release.missing)
    await withFilesAt(release, ['migrations'], (folder) => upgrade(t, `${folder}/migrations`, fresh))
    t.diagnostic(release.name)
  }
})

test('the same holds for every version between two migrations, released or not', async (t) => {
  const fresh = await freshCatalog(t)
  const folder = temporaryFolder(t)
  let filled = new Map<string, number>()
  for (const { name, path } of listMigrations()) {
    copyFileSync(path, `${folder}/${name}`)
    filled = await upgrade(t, folder, fresh)
  }
  // In the newest version every table has rows, so the comparison of rows was not empty.
  for (const table of Object.keys(TABLES)) assert.ok((filled.get(table) ?? 0) > 0, table)
})

test('known bad: a database that was changed by hand does not equal a fresh one', async (t) => {
  const fresh = await freshCatalog(t)
  const database = await bootstrappedDatabase(t)
  await migrate(database, () => {})
  await withOwnerClient(database, (client) =>
    client.query('drop index public.documents_user_id_created_at_idx'),
  )
  assert.notDeepEqual(await catalogOf(database), fresh)
})
