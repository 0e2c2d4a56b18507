import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TABLES } from '../db/access.ts'
import { listMigrations, readSection } from '../db/migrations/files.ts'
import { createMemoryDatabase, dumpMemoryDatabase } from '../db/schema-file.ts'
import { useTestDatabase } from './support/database.ts'
import { LONG } from './support/long.ts'

describe('the migrated database', () => {
  const database = useTestDatabase()

  test('has exactly the tables in public that db/access.ts lists', async () => {
    const { rows } = await database().owner.query<{ table_name: string }>(
      "select table_name from information_schema.tables where table_schema = 'public' order by table_name",
    )
    assert.deepEqual(
      rows.map((row) => row.table_name),
      Object.keys(TABLES).sort(),
    )
  })

  test('keeps its ledger outside of public', async () => {
    const { rows } = await database().owner.query('select version from dbmate.schema_migrations')
    assert.equal(rows.length, listMigrations().length)
  })

  test('has a comment on every table, column and function', async () => {
    const { rows } = await database().owner.query(`
      select attrelid::regclass::text || '.' || attname as what
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped
        and col_description(attrelid, attnum) is null
      union all
      select oid::regclass::text from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and obj_description(oid, 'pg_class') is null
      union all
      select oid::regprocedure::text from pg_proc
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace) and obj_description(oid, 'pg_proc') is null
    `)
    assert.deepEqual(rows, [])
  })
})

/** Number of down sections whose result is compared, from the newest: a dump takes a second, and older files are never edited. */
const COMPARED = LONG ? Number.POSITIVE_INFINITY : 3

test('every migration can be rolled back: each down section restores the schema byte for byte, and up applies it again', async () => {
  const database = await createMemoryDatabase()
  try {
    const files = listMigrations()
    // The oldest is always compared, because the leftovers of any down section remain at the end.
    const compared = (n: number) => n === 0 || n >= files.length - COMPARED
    const before = new Map<number, string>()
    for (const [n, file] of files.entries()) {
      if (compared(n)) before.set(n, await dumpMemoryDatabase(database))
      await database.exec(readSection(file, 'up')?.sql ?? '')
    }
    const full = await dumpMemoryDatabase(database)
    for (const [n, file] of [...files.entries()].toReversed()) {
      await database.exec(readSection(file, 'down')?.sql ?? '')
      if (!compared(n)) continue
      assert.equal(await dumpMemoryDatabase(database), before.get(n), `${file.name} leaves something behind`)
    }
    for (const file of files) await database.exec(readSection(file, 'up')?.sql ?? '')
    assert.equal(await dumpMemoryDatabase(database), full)
  } finally {
    await database.close()
  }
})

test('no migration uses "if not exists"', () => {
  // In PL/pgSQL a parenthesis follows; in a statement, a name.
  const clause = /if\s+not\s+exists(?!\s*\()/i
  assert.match('create table if not exists a ()', clause)
  for (const file of listMigrations()) {
    assert.doesNotMatch(readSection(file, 'up')?.sql ?? '', clause, file.name)
  }
})
