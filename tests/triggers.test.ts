import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

test('a sign-up makes exactly one profile', async () => {
  const userId = await database().signUp({ name: 'Ada' })
  const { rows } = await database().owner.query(
    'select name, plan_type from public.user_profiles where user_id = $1',
    [userId],
  )
  assert.deepEqual(rows, [{ name: 'Ada', plan_type: 'free' }])
})
