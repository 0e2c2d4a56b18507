import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { withDatabase, withLogin } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { dropDatabase } from 'postgres-kit/throwaway.ts'
import { hasAuth } from '../db/bootstrap.ts'
import { APP_LOGIN } from '../db/embedded.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { readSettings } from '../db/settings.ts'
import { type EmbeddedTarget, findTarget, maintenance } from '../db/target.ts'
import { afterTest } from './support/after-test.ts'

/** A missing database of the embedded server, dropped after the test; undefined if the test is skipped. */
async function missingDatabase(t: TestContext, appDatabaseUrl?: string): Promise<EmbeddedTarget | undefined> {
  const target = await findTarget(() => {}, { ...readSettings(), appDatabaseUrl })
  if (target.kind !== 'embedded') {
    t.skip('there is no embedded server')
    return undefined
  }
  const name = `centrid_test_${randomBytes(6).toString('hex')}`
  afterTest(t, () => withOwnerClient(maintenance(target), (server) => dropDatabase(server, name)))
  const app = appDatabaseUrl === undefined ? withDatabase(target.app, name) : target.app
  return { ...target, owner: withDatabase(target.owner, name), app }
}

test('concurrent commands prepare a missing database once, and none of them fails', async (t) => {
  const target = await missingDatabase(t)
  if (!target) return
  await Promise.all(Array.from({ length: 4 }, () => prepareEmbeddedDatabase(target)))
  assert.equal(await withOwnerClient(target.owner, hasAuth), true)
  await withOwnerClient(target.app, (app) => app.query('set role authenticated'))
})

test('with only APP_DATABASE_URL set, the embedded login keeps its own password', async (t) => {
  const elsewhere = 'postgres://authenticator:of-another-server@db.example.com:6543/postgres'
  const target = await missingDatabase(t, elsewhere)
  if (!target) return
  assert.equal(target.app.url.href, elsewhere)
  await prepareEmbeddedDatabase(target)
  const login = withLogin(target.owner, APP_LOGIN, target.appPassword)
  await withOwnerClient(login, (app) => app.query('set role authenticated'))
  const wrong = withLogin(target.owner, APP_LOGIN, 'of-another-server')
  await assert.rejects(
    withOwnerClient(wrong, async () => {}),
    /password authentication failed/,
  )
})
