import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { identifier, qualified, rowCondition, rowStatements } from '../db/facts/row.ts'
import { readSchema, type TableFacts } from '../db/facts/schema.ts'
import { acceptedValues, refusedValues } from '../db/facts/values.ts'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

const schema = await readSchema()

/**
 * CHECKs whose bounds cannot be derived from the expression (two columns, a pattern), by name, with a column and a value
 * that they refuse.
 */
const BY_HAND: Readonly<Record<string, { column: string; refused: string }>> = {
  documents_storage_path_own_check: { column: 'storage_path', refused: 'another/file' },
}

const columns = schema.flatMap((table) => table.columns.map((column) => ({ table, column })))

const REFUSED = columns.flatMap(({ table, column }) => [
  ...refusedValues(column).map((refusal) => ({ table, column: column.name, ...refusal })),
  ...table.constraints.flatMap(({ name }) => {
    const own = BY_HAND[name]
    return own?.column === column.name
      ? [{ table, column: own.column, value: own.refused, code: '23514', constraint: name }]
      : []
  }),
])

for (const { table, column, value, code, constraint } of REFUSED) {
  test(`${table.name}.${column} cannot be ${shown(value)}`, async () => {
    const refusal = await insert(table, column, value).then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.ok(refusal instanceof pg.DatabaseError, 'the row was accepted')
    assert.deepEqual([refusal.code, refusal.constraint], [code, constraint])
  })
}

for (const { table, column } of columns) {
  for (const value of acceptedValues(column)) {
    test(`${table.name}.${column.name} can be ${shown(value)}`, async () => {
      assert.equal(await insert(table, column.name, value), 1)
    })
  }
}

test('every check constraint of the database is tested here', async () => {
  const { rows } = await database().owner.query<{ conname: string }>(
    "select conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace",
  )
  const tested = new Set(REFUSED.flatMap(({ constraint }) => constraint ?? []))
  const untested = rows.map((row) => row.conname).filter((name) => !tested.has(name))
  assert.deepEqual(untested, [], 'give a value that it refuses, in BY_HAND of this file')
  assert.deepEqual(rows.map((row) => row.conname).sort(), [...tested].sort())
})

test('a user’s error also contains the constraint’s name, and nothing is written', async () => {
  const userId = await database().signUp()
  await assert.rejects(
    database().as({ userId }, (client) =>
      client.query(
        "insert into public.documents (filename, file_type, file_size) values ('', 'text/plain', 1)",
      ),
    ),
    { code: '23514', constraint: 'documents_filename_check' },
  )
  const { rowCount } = await database().owner.query('select from public.documents where user_id = $1', [
    userId,
  ])
  assert.equal(rowCount, 0)
})

/** Inserts a row that is valid except in one column, as the owner, to whom no grants and policies apply. */
async function insert(table: TableFacts, column: string, value: string | null): Promise<number | null> {
  const userId = await database().signUp()
  const statements = rowStatements(schema, table, pg.escapeLiteral(userId))
  for (const statement of statements) await database().owner.query(statement)
  const { rowCount } = await database().owner.query(
    `update ${qualified(table)} set ${identifier(column)} = $1 where ${rowCondition(table, pg.escapeLiteral(userId))}`,
    [value],
  )
  return rowCount
}

function shown(value: string | null): string {
  if (value === null) return 'null'
  const length = [...value].length
  return length > 30 ? `${[...value].slice(0, 8).join('')}… (${length} characters)` : JSON.stringify(value)
}
