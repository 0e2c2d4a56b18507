import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { validateXML } from 'xmllint-wasm'
import type { Assertion, TestEvent } from '../src/events.ts'
import { createReporter } from '../src/reporters/create-reporter.ts'

const assertion: Assertion = {
  number: 1,
  ok: true,
  passed: true,
  description: 'fine',
  location: { file: 'a.sql', line: 3 },
  durationMs: 1.5,
  diagnosis: [],
  nested: [],
}
const result = {
  tests: 1,
  planned: 1,
  passed: 1,
  failed: 0,
  skipped: 0,
  todo: 0,
  problems: [],
  durationMs: 12.3456,
}
const summary = {
  files: 1,
  filesFailed: 0,
  filesSkipped: 0,
  filesNotRun: 0,
  passed: 1,
  failed: 0,
  skipped: 0,
  todo: 0,
  durationMs: 1,
  ok: true,
  interrupted: false,
}

/** A report with every kind of event, and with text that must be escaped in XML. */
const nasty = `<a & "b" 'c'>]]> \u0000\u001b[31m ü😀\ttab\nline`
const events: TestEvent[] = [
  { type: 'run-start', files: ['a.sql', 'b.sql'], jobs: 1 },
  { type: 'file-start', file: 'a.sql' },
  { type: 'assertion', file: 'a.sql', assertion },
  {
    type: 'assertion',
    file: 'a.sql',
    assertion: { ...assertion, ok: false, passed: false, description: nasty, diagnosis: [nasty] },
  },
  {
    type: 'assertion',
    file: 'a.sql',
    assertion: { ...assertion, description: '', directive: 'skip', reason: nasty },
  },
  { type: 'assertion', file: 'a.sql', assertion: { ...assertion, ok: false, directive: 'todo' } },
  {
    type: 'failure',
    file: 'a.sql',
    fatal: true,
    failure: { message: nasty, code: '22012', location: { file: 'a.sql', line: 9, column: 2 }, hint: nasty },
  },
  {
    type: 'failure',
    file: 'a.sql',
    fatal: false,
    failure: { message: 'tolerated', location: { file: 'a.sql', line: 9 } },
  },
  { type: 'bail-out', file: 'a.sql', reason: nasty },
  {
    type: 'file-end',
    file: 'a.sql',
    result: { ...result, file: 'a.sql', verdict: 'failed', problems: ['No plan found in TAP output'] },
  },
  { type: 'file-start', file: nasty },
  {
    type: 'file-end',
    file: nasty,
    result: { ...result, file: nasty, verdict: 'skipped', skipReason: nasty },
  },
  { type: 'run-end', summary },
]

async function report(): Promise<string> {
  let text = ''
  const reporter = await createReporter('junit', (part) => {
    text += part
  })
  for (const event of events) reporter.event(event)
  return text
}

async function check(xml: string): Promise<readonly string[]> {
  const schema = await readFile(new URL('./junit.xsd', import.meta.url), 'utf8')
  const { errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents: xml }], schema: [schema] })
  return errors.map((error) => error.message)
}

describe('the junit report', () => {
  it('is valid by its schema, whatever the names and messages contain', async () => {
    assert.deepEqual(await check(await report()), [])
  })
  it('has counts that match its entries', async () => {
    assert.match(
      await report(),
      /<testsuite name="a\.sql" tests="7" failures="1" errors="3" skipped="2" time="0\.012"/,
    )
  })
  it('the schema detects an error', async () => {
    const good = await report()
    for (const bad of [
      good.replace(' tests="7"', ''),
      good.replace('</testsuites>', ''),
      good.replace('<testcase name', '<testcase nome'),
    ]) {
      assert.notDeepEqual(await check(bad), [])
    }
  })
})
