import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { imitateCoordinator } from '../../db/drift/cluster.ts'
import { findDrift } from '../../db/drift/drift.ts'
import { findScratch } from '../../db/scratch.ts'
import { maintenance } from '../../db/target.ts'
import { useTestDatabase } from '../support/database.ts'
import { connection, prepareCluster, skip } from './cluster.ts'

const database = useTestDatabase()

const wordsOf = async (target: typeof connection) =>
  (await findDrift(target, maintenance(await findScratch()))).map(({ words }) => words)

test('what make distribute does to the catalog is no drift; what it does not is', async () => {
  const { connection: plain, owner } = database()
  await withOwnerClient(plain, imitateCoordinator)
  // One server gives nobody a login between nodes.
  const logins = ['authenticated', 'service_role'].map((role) => `role ${role}: login was yes, is no`)
  assert.deepEqual((await wordsOf(plain)).sort(), logins)
  await owner.query('grant select on private.accounts to anon')
  assert.deepEqual((await wordsOf(plain)).sort(), [
    'new grant anon: select on table private.accounts',
    ...logins,
  ])
})

test('on a cluster', { skip }, async (t) => {
  await prepareCluster()
  await t.test('a distributed database has no drift', async () => {
    assert.deepEqual(await wordsOf(connection), [])
  })
  await t.test('a policy that was opened is found, and the SQL reverts it', async () => {
    await withOwnerClient(connection, async (client) => {
      await client.query('alter policy documents_select_own on public.documents using (true)')
      const [found, ...others] = await findDrift(connection, maintenance(await findScratch()))
      assert.deepEqual(others, [])
      assert.equal(
        found?.words,
        'policy documents_select_own on public.documents: using was (user_id = auth.uid()), is true',
      )
      // Citus takes one command in a message, as psql sends them.
      for (const sql of (found?.sql ?? '').split(/(?<=;) /)) await client.query(sql)
    })
    assert.deepEqual(await wordsOf(connection), [])
  })
})
