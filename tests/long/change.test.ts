import assert from 'node:assert/strict'
import { test } from 'node:test'
import { derive, develop, developersClone, make } from '../change/develop.ts'
import { ROWS } from '../change/rows.ts'

for (const row of ROWS) {
  test(`${row.what} takes two files edited by hand at the most, and make test is green`, (t) => {
    const clone = developersClone(t)
    const edited = develop(clone, row)
    t.diagnostic(`${edited.length} edited by hand: ${edited.join(', ')}`)
    assert.ok(edited.length <= 2)
    derive(clone)
    make(clone, 'test')
  })
}
