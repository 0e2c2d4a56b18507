import assert from 'node:assert/strict'
import { test } from 'node:test'
import { populate } from '../bench/operations/population.ts'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

test('after filling the tables, the indexes are those of the migrations', async () => {
  const indexes = async () => {
    const { rows } = await database().owner.query<{ indexdef: string }>(
      "select indexdef from pg_indexes where schemaname = 'public' order by indexname",
    )
    return rows.map(({ indexdef }) => indexdef)
  }
  const before = await indexes()
  const client = await database().owner.connect()
  try {
    await populate(client, 2_000, () => {})
  } finally {
    client.release()
  }
  assert.deepEqual(await indexes(), before)
})
