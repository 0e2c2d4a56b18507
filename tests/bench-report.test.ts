import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { renderReport } from '../bench/report.ts'
import { plotsOf } from '../bench/results-file.ts'
import { inRoot } from '../db/paths.ts'

const read = (name: string) => JSON.parse(readFileSync(inRoot('bench', name), 'utf8'))

test('bench/report.md shows the figures of bench/results.json and bench/parts.json', () => {
  const report = renderReport(read('results.json'), read('parts.json'))
  assert.equal(readFileSync(inRoot('bench', 'report.md'), 'utf8'), report)
  assert.match(report, /\| search: p95 at most 1\.25 × floor \| [\d.]+ × .*\| (?:met|missed) \|/)
})

test('bench/results.json has the environment, measurements, ratios and growth, and nothing else', () => {
  const results = read('results.json')
  assert.deepEqual(Object.keys(results), ['environment', 'measurements', 'ratios', 'growth'])
  const fields = ['operation', 'user', 'rows', 'side', 'n', 'p50_ms', 'p95_ms', 'p99_ms']
  for (const each of results.measurements) assert.deepEqual(Object.keys(each), fields)
  for (const each of results.ratios) {
    assert.deepEqual(Object.keys(each), ['operation', 'user', 'rows', 'ours_to_floor', 'plain_to_ours'])
  }
  for (const each of results.growth) {
    assert.deepEqual(Object.keys(each), ['operation', 'user', 'side', 'rows_from', 'rows_to', 'p50_ratio'])
  }
})

test('bench/plots has the plots of bench/results.json and nothing else', () => {
  const plots = plotsOf(read('results.json'))
  assert.deepEqual(readdirSync(inRoot('bench', 'plots')).sort(), [...plots.keys()].sort())
  for (const [name, svg] of plots)
    assert.ok(readFileSync(inRoot('bench', 'plots', name), 'utf8') === svg, `${name} is not fresh`)
})

test('each plot is a self-contained picture', () => {
  const plots = readdirSync(inRoot('bench', 'plots'))
  assert.ok(plots.length > 2)
  for (const name of plots) {
    const svg = readFileSync(inRoot('bench', 'plots', name), 'utf8')
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    for (const [variable] of svg.matchAll(/var\((--[\w-]+)\)/g)) {
      assert.ok(svg.includes(`${variable.slice(4, -1)}:#`), `${name} gives ${variable} a value`)
    }
  }
})

test('a part of the report has a table of single figures and one for each list', () => {
  const section = {
    measured: 'today',
    commit: 'c',
    node: 'v20',
    cores: 2,
    cold: { start: 3 },
    calls: [{ call: 'a|b', median: 1 }],
  }
  const report = renderReport(undefined, { client: section })
  assert.match(report, /### client\n\nMeasured today at c, Node v20, 2 cores\./)
  assert.match(report, /\| cold, start \| 3 \|/)
  assert.match(report, /calls:\n\n\| call \| median \|\n\| --- \| --- \|\n\| a\\\|b \| 1 \|/)
})
