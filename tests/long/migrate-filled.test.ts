import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { TABLES } from '../../db/access.ts'
import { listMigrations, readSection } from '../../db/migrations/files.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { rollback } from '../../db/migrations/rollback.ts'
import { seed } from '../../db/seed/seed.ts'
import { catalogOf } from '../migrations/crash/catalog.ts'
import { withTestDatabase } from '../support/database.ts'

/** Number of migrations, from the newest on, whose down section drops no table and no column. */
function keepingData(): number {
  const files = listMigrations().toReversed()
  const losing = files.findIndex((file) => /drop (table|column)/i.test(readSection(file, 'down')?.sql ?? ''))
  return losing === -1 ? files.length : losing
}

test('up, down and up on filled tables give the same catalog, and no row is lost or changed unless a down section declares it', async (t) => {
  await withTestDatabase(async ({ connection, app }) => {
    await seed(connection, app, () => {})
    const catalog = await catalogOf(connection)
    const [rows, written] = [await rowsOf(connection, 'all'), await rowsOf(connection, 'written')]
    const count = keepingData()
    assert.ok(count > 0, 'the newest migration drops a table or a column: choose another way to test it')
    for (let n = 0; n < count; n++) await rollback(connection)
    // Written columns are kept. Generated columns have the values of the earlier migration.
    assert.deepEqual(await rowsOf(connection, 'written'), written)
    assert.equal((await migrate(connection, () => {})).length, count)
    assert.deepEqual(await catalogOf(connection), catalog)
    assert.deepEqual(await rowsOf(connection, 'all'), rows)
    t.diagnostic(`${count} migrations`)
  })
})

/** Number of rows and a hash of each table: over all columns, or over those that are not generated. */
async function rowsOf(
  database: ConnectionString,
  columns: 'all' | 'written',
): Promise<Record<string, string>> {
  return withOwnerClient(database, async (client) => {
    const all: Record<string, string> = {}
    for (const table of Object.keys(TABLES)) {
      const name = `public.${client.escapeIdentifier(table)}`
      const { rows } = await client.query<{ hash: string }>(
        `select count(*) || ' ' || md5(coalesce(string_agg(line, ',' order by line), '')) as hash
         from (select (to_jsonb(t) - array (
           select attname::text from pg_attribute where attrelid = $1::regclass and attgenerated <> '' and $2
         ))::text as line from ${name} as t) as lines`,
        [name, columns === 'written'],
      )
      all[table] = rows[0]?.hash ?? ''
    }
    assert.ok(!Object.values(all).some((hash) => hash.startsWith('0 ')), 'every table has rows')
    return all
  })
}
