import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkInWords } from '../src/check-words.ts'

test('a check of several columns is shown in words, and an unknown one only as SQL', async () => {
  const words = (expression: string) => checkInWords(`CHECK (${expression})`)
  assert.equal(
    await words("starts_with(path, ((owner_id)::text || '/'::text))"),
    'path begins with owner_id and “/”',
  )
  assert.equal(await words('(starts_at < ends_at)'), 'starts_at is less than ends_at')
  assert.equal(await words('notes.a <> 0'), 'a differs from 0')
  assert.equal(await words('a = 1.5'), 'a equals 1.5')
  assert.equal(await words("a || b = 'x'"), 'a and b equals “x”')
  assert.equal(await words('length(a) < 3'), undefined)
  assert.equal(await words('a < 1 or b < 1'), undefined)
  assert.equal(await words('a between 1 and b'), undefined)
})
