import assert from 'node:assert/strict'
import { test } from 'node:test'
import { developAll, developersClone, make } from '../change/develop.ts'

test('every kind of change takes at most two files edited by hand, and make test passes after all of them', (t) => {
  const clone = developersClone(t)
  developAll(t, clone)
  const output = make(clone, 'test', 'BASE=HEAD')
  // The mutants of what changed are among the checks.
  assert.match(output, /^ok +mutants .*[1-9]\d* killed, 0 survived/m)
})
