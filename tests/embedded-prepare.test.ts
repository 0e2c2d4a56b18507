import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { dropDatabase } from 'postgres-kit/throwaway.ts'
import { hasAuth } from '../db/bootstrap.ts'
import { prepareEmbeddedDatabase } from '../db/prepare-embedded.ts'
import { findTarget, maintenance, type Target } from '../db/target.ts'

test('commands that begin side by side prepare a missing database once, and none of them fails', async (t) => {
  const found = await findTarget(() => {})
  if (found.kind !== 'embedded') return t.skip('there is no embedded server')
  const name = `centrid_test_${randomBytes(6).toString('hex')}`
  const target: Target = {
    ...found,
    owner: withDatabase(found.owner, name),
    app: withDatabase(found.app, name),
  }
  try {
    await Promise.all(Array.from({ length: 4 }, () => prepareEmbeddedDatabase(target)))
    assert.equal(await withOwnerClient(target.owner, hasAuth), true)
    await withOwnerClient(target.app, (app) => app.query('set role authenticated'))
  } finally {
    await withOwnerClient(maintenance(found), (server) => dropDatabase(server, name))
  }
})
