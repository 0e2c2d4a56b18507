import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secondsLeft } from 'command-line/progress.ts'

test('the time left is estimated from the pace so far, and rounded up', () => {
  assert.equal(secondsLeft(2_000, 4, 10), 5)
  assert.equal(secondsLeft(1_000, 10, 1), 1)
})

test('there is no estimate before the first step, and none at the end', () => {
  assert.equal(secondsLeft(5_000, 0, 10), undefined)
  assert.equal(secondsLeft(5_000, 10, 0), undefined)
})
