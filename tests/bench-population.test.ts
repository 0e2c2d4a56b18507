import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATIONS } from '../bench/operations/operations.ts'
import { populate } from '../bench/operations/population.ts'
import { subjectsOf } from '../bench/operations/subjects.ts'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

test('the floor finds what search finds, in the same order, with the same ranks', async () => {
  const client = await database().owner.connect()
  try {
    const { large } = await populate(client, 2_000, () => {})
    const of = await subjectsOf(client, large)
    const kinds = new Set<string>()
    for (let run = 0; !kinds.has(of(run).kind); run++) {
      const subject = of(run)
      kinds.add(subject.kind)
      for (const { name, statement } of OPERATIONS.filter(({ kind }) => kind === 'search')) {
        const { sql, values } = statement('ours', subject)
        const ours = await database().as({ userId: large }, (user) => user.query(sql, [...values]))
        const floor = statement('floor', subject)
        const { rows } = await client.query(floor.sql, [...floor.values])
        assert.deepEqual(rows, ours.rows, `${name}: ${subject.words}`)
        if (subject.kind === 'common') assert.notEqual(rows.length, 0, name)
        if (subject.kind === 'no match') assert.equal(rows.length, 0, name)
      }
    }
    assert.equal(kinds.size, 10)
  } finally {
    // with its temporary tables
    client.release(true)
  }
})

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
    // with its temporary tables
    client.release(true)
  }
  assert.deepEqual(await indexes(), before)
})
