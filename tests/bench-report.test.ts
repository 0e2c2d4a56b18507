import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { renderReport } from '../bench/report.ts'
import { inRoot } from '../db/paths.ts'

test('bench/report.md shows the figures of bench/results.json', () => {
  const results = JSON.parse(readFileSync(inRoot('bench', 'results.json'), 'utf8'))
  assert.equal(readFileSync(inRoot('bench', 'report.md'), 'utf8'), renderReport(results))
})

test('a report has a table of single figures and one for each list', () => {
  const section = {
    measured: 'today',
    commit: 'c',
    node: 'v20',
    cores: 2,
    cold: { start: 3 },
    calls: [{ call: 'a|b', median: 1 }],
  }
  const report = renderReport({ client: section })
  assert.match(report, /## client\n\nMeasured today at c, Node v20, 2 cores\./)
  assert.match(report, /\| cold, start \| 3 \|/)
  assert.match(report, /calls:\n\n\| call \| median \|\n\| --- \| --- \|\n\| a\\\|b \| 1 \|/)
})
