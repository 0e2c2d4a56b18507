import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutAccepted } from '../src/accepted.ts'
import { formatFinding } from '../src/finding.ts'

const finding = { rule: 'M013', file: 'a.sql', line: 3, message: 'it is unlogged', advice: 'Log it.' }
const reason = 'older than the rule'

test('an accepted finding is left out, only for its rule and its file', () => {
  const others = [
    { ...finding, rule: 'M012' },
    { ...finding, file: 'b.sql' },
  ]
  const accepted = [{ file: 'a.sql', rule: 'M013', reason }]
  assert.deepEqual(withoutAccepted([finding, ...others], accepted), { findings: others, unused: [] })
})

test('an entry that accepts nothing is reported', () => {
  const entry = { file: 'c.sql', rule: 'M013', reason }
  assert.deepEqual(withoutAccepted([finding], [entry]), { findings: [finding], unused: [entry] })
})

test('a finding is a line that editors recognise, followed by the advice', () => {
  assert.equal(formatFinding(finding), 'a.sql:3: M013 it is unlogged\n    Log it.')
})
