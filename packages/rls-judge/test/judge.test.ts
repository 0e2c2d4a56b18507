import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FileReport } from '../src/check.ts'
import { runSuite } from '../src/suite.ts'
import { PROJECT, startTestServer, type TestServer } from './support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.remove())

test('the suite passes on a schema keyed by organisations', async () => {
  await server.withClone(async (database) => {
    const reports: FileReport[] = []
    const { passed } = await runSuite(database, PROJECT, { report: (file) => reports.push(file) })
    const failures = reports.flatMap(({ file, failures }) =>
      failures.map(({ name, diagnosis }) => `${file}: ${name}\n${diagnosis}`),
    )
    assert.deepEqual(failures.slice(0, 20), [])
    assert.ok(passed > 10_000, `${passed} checks`)
    for (const table of [...Object.keys(PROJECT.intent.tables), 'project_overview'])
      assert.ok(
        reports.some(({ file, passed }) => file.endsWith(` ${table}`) && passed > 100),
        table,
      )
  })
})
