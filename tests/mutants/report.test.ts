import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asMarkdown, makeReport } from 'rls-judge/mutants/report.ts'

const verdict = (subject: string, killed: boolean) => ({
  mutant: { operator: 'op', subject, objects: [], sql: `select '${subject}'` },
  killed,
})

const WHOLE = { made: { migration: '1_first.sql', postgres: '17' }, whole: true }

test('the score counts killed mutants among those that are not equivalent', () => {
  const verdicts = [verdict('a', true), verdict('b', true), verdict('c', false), verdict('d', false)]
  const report = makeReport(verdicts, new Map([['op: d', 'changes nothing']]), WHOLE)
  assert.deepEqual(
    [report.mutants, report.killed, report.equivalent, report.survived, report.score],
    [4, 2, 1, 1, 66.66],
  )
  assert.deepEqual(report.survivors, [{ mutant: 'op: c', sql: "select 'c'" }])
  assert.match(asMarkdown(report), /- op: c\n\n {2}```sql\n {2}select 'c'/)
})

test('a score is never rounded up to 100', () => {
  const verdicts = [...Array.from({ length: 99_999 }, (_, n) => verdict(`${n}`, true)), verdict('x', false)]
  assert.ok(makeReport(verdicts, new Map(), WHOLE).score < 100)
})

test('an equivalent that is killed, or does not exist, is stale', () => {
  const verdicts = [verdict('a', true), verdict('b', false)]
  const equivalents = new Map(['op: a', 'op: b', 'op: gone'].map((name) => [name, 'changes nothing']))
  assert.deepEqual(makeReport(verdicts, equivalents, WHOLE).stale, ['op: a', 'op: gone'])
  assert.deepEqual(makeReport(verdicts, equivalents, { ...WHOLE, whole: false }).stale, ['op: a'])
})
