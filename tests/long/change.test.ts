import assert from 'node:assert/strict'
import { test } from 'node:test'
import { derive, develop, developersClone, make } from '../change/develop.ts'
import { ROWS } from '../change/rows.ts'

test('every kind of change takes two files edited by hand at the most, and make test is green after all of them', (t) => {
  const clone = developersClone(t)
  for (const row of ROWS) {
    const edited = develop(clone, row)
    t.diagnostic(`${row.what}: ${edited.length} edited by hand (${edited.join(', ')})`)
    assert.ok(edited.length <= 2, `${row.what}: ${edited.join(', ')}`)
  }
  derive(clone)
  const output = make(clone, 'test', 'BASE=HEAD')
  // The mutants of what changed are among the checks.
  assert.match(output, /^ok +mutants .*[1-9]\d* killed, 0 survived/m)
})
