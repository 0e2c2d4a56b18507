import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TABLES } from '../db/access.ts'
import { listMigrations, readSection } from '../db/migrations/files.ts'
import { createMemoryDatabase, dumpMemoryDatabase } from '../db/schema-file.ts'
import { useTestDatabase } from './support/database.ts'

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

test('every migration can be undone: each down restores the schema byte for byte, and up makes it again', async () => {
  const database = await createMemoryDatabase()
  try {
    const before = [await dumpMemoryDatabase(database)]
    const files = listMigrations()
    for (const file of files) {
      await database.exec(readSection(file, 'up')?.sql ?? '')
      before.push(await dumpMemoryDatabase(database))
    }
    const full = before.pop()
    for (const file of files.toReversed()) {
      await database.exec(readSection(file, 'down')?.sql ?? '')
      assert.equal(await dumpMemoryDatabase(database), before.pop(), `${file.name} leaves something behind`)
    }
    for (const file of files) await database.exec(readSection(file, 'up')?.sql ?? '')
    assert.equal(await dumpMemoryDatabase(database), full)
  } finally {
    await database.close()
  }
})

test('no migration uses "if not exists": it knows what is there', () => {
  for (const file of listMigrations()) {
    assert.doesNotMatch(readSection(file, 'up')?.sql ?? '', /if not exists/i, file.name)
  }
})
