import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FileReport } from '../src/check.ts'
import { runSuite } from '../src/suite.ts'
import { HOLES } from './holes.ts'
import { PROJECT, startTestServer, type TestServer } from './support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.remove())

/** `make test` plants a third of the holes, `make test-long` all. */
const planted = process.env.TEST_LONG === '1' ? HOLES : HOLES.filter((_, n) => n % 3 === 0)

for (const { sql, file, check } of planted) {
  test(`${file} finds: ${sql.replace(/\s+/g, ' ').slice(0, 90)}`, async () => {
    await server.withClone(async (database, owner) => {
      await owner.query(sql)
      const reports: FileReport[] = []
      await runSuite(database, PROJECT, { only: file, report: (done) => reports.push(done) })
      const names = reports.flatMap(({ failures }) => failures.map(({ name }) => name))
      assert.ok(
        names.some((name) => check.test(name)),
        `${check} is not among the failures: ${names.slice(0, 20).join('; ') || 'none'}`,
      )
    })
  })
}
