import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadPgtap } from 'pgtap-runner'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { listMutants, OPERATORS } from '../src/mutants/catalog.ts'
import { nameOf } from '../src/mutants/operator.ts'
import { runMutants } from '../src/mutants/run.ts'
import { scopeOf } from '../src/mutants/scope.ts'
import { suiteOf } from '../src/mutants/suite.ts'
import { PROJECT, startTestServer, type TestServer } from './support/server.ts'

/** Number of mutants to try, from as many operators as possible: `make test` tries 30, `make test-long` 300. MUTANTS=all tries all. */
const SAMPLE = process.env.TEST_LONG === '1' ? 300 : 30

const SCOPE = scopeOf(PROJECT.intent, PROJECT.platform)
let server: TestServer

before(async () => {
  server = await startTestServer()
  await withOwnerClient(withDatabase(server.server, server.template), (client) =>
    loadPgtap((sql) => client.query(sql)),
  )
})

after(() => server.remove())

test('every operator finds something to change in the second schema', async () => {
  const mutants = await server.withClone((_, client) => listMutants(client, SCOPE))
  const found = new Set(mutants.map(({ operator }) => operator))
  assert.deepEqual(
    OPERATORS.map(({ name }) => name).filter((name) => !found.has(name)),
    [],
  )
})

test('every mutant is killed', async (t) => {
  const { verdicts } = await runMutants({
    laboratory: { server: server.server, template: server.template, suite: suiteOf(PROJECT) },
    scope: SCOPE,
    choice: { seed: 1, ...(process.env.MUTANTS === 'all' ? {} : { sample: SAMPLE }) },
    jobs: 2,
    report: () => {},
  })
  const alive = verdicts.filter(({ killed }) => !killed).map(({ mutant }) => mutant)
  t.diagnostic(`${verdicts.length} mutants, ${verdicts.length - alive.length} killed`)
  assert.deepEqual(
    alive.map(({ sql, ...mutant }) => `${nameOf({ sql, ...mutant })}: ${sql}`),
    [],
  )
})
