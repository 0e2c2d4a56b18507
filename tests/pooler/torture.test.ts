import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConnectionString, parseConnectionString } from 'postgres-kit/connection-string.ts'
import { addUser, until, withFixture, withPool } from '../client/fixture.ts'
import { afterTest } from '../support/after-test.ts'
import { LONG } from '../support/long.ts'
import { PGBOUNCER, startPgBouncer } from './pgbouncer.ts'
import { type Outcome, torture } from './torture.ts'

const IDENTITIES = 200
const SERVER_CONNECTIONS = 10
/** 500 in `make test-pooler`; even with fewer, every outcome happens many times. */
const TRANSACTIONS = Number(process.env.POOLER_TRANSACTIONS ?? (LONG ? 50 : 5))

await withFixture(async ({ owner, appAddress }) => {
  const users: string[] = []
  for (let n = 0; n < IDENTITIES; n++) users.push(await addUser(owner))
  const run = (address: ConnectionString, max: number, restart: (() => Promise<void>) | undefined) =>
    // A long timeout, because this test does not check the time to connect.
    withPool(address, { max, connectTimeoutMs: 60_000 }, (db) =>
      torture({ db, users, transactions: TRANSACTIONS, owner, restart }),
    )
  const noneIsLeft = () =>
    until(async () => {
      const { rows } = await owner.query(
        "select from pg_stat_activity where datname = current_database() and usename = 'authenticator'",
      )
      return rows.length === 0
    }, 'no connection is left')

  await test(`${IDENTITIES} identities × ${TRANSACTIONS} transactions through a pool of ${SERVER_CONNECTIONS}`, async (t) => {
    const outcome = await run(appAddress, SERVER_CONNECTIONS, undefined)
    judge(outcome)
    t.diagnostic(JSON.stringify(outcome.ends))
    await noneIsLeft()
  })

  await test(`${IDENTITIES} identities × ${TRANSACTIONS} transactions through PgBouncer, ${SERVER_CONNECTIONS} server connections`, {
    skip: PGBOUNCER ? false : 'PgBouncer is not installed: apt-get install pgbouncer',
  }, async (t) => {
    const pooler = await startPgBouncer(appAddress, SERVER_CONNECTIONS)
    afterTest(t, () => pooler.stop())
    const url = new URL(appAddress.url)
    url.port = String(pooler.port)
    const outcome = await run(parseConnectionString(url.href), 60, pooler.restart)
    judge(outcome)
    assert.equal(outcome.ends['pooler restarts'], 3)
    t.diagnostic(JSON.stringify(outcome.ends))
    await pooler.stop()
    await noneIsLeft()
  })
})

function judge({ foreign, anonymous, unexpected, ends }: Outcome): void {
  assert.deepEqual(foreign.slice(0, 5), [], 'no row of another identity')
  assert.deepEqual(anonymous.slice(0, 5), [], 'no row without identity')
  assert.deepEqual(unexpected.slice(0, 5), [], 'no unexpected error')
  for (const kind of [
    'read in one query',
    'rolled back',
    'timed out',
    'aborted',
    'without identity',
    'lost its connection',
  ]) {
    assert.ok(ends[kind], `this outcome happened: ${kind}`)
  }
}
