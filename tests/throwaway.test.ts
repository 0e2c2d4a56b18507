import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { databaseExists } from 'postgres-kit/database-exists.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { findScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

test('a throw-away database is gone afterwards, also when its work fails', async () => {
  const server = maintenance(await findScratch())
  let name = ''
  await assert.rejects(
    withThrowawayDatabase(server, async ({ database }) => {
      name = database
      throw new Error('broken work')
    }),
    /broken work/,
  )
  assert.equal(await exists(name), false)
})

test('what a killed run left is dropped by the next one, and what a living one uses is not', async () => {
  const server = maintenance(await findScratch())
  const dead = spawnSync('true').pid
  const [abandoned, used] = [`centrid_test_${dead}_left`, `centrid_test_${process.pid}_kept`]
  await withOwnerClient(server, async (client) => {
    await client.query(`create database ${abandoned}`)
    await client.query(`create database ${used}`)
  })
  try {
    await withThrowawayDatabase(server, async () => {})
    assert.equal(await exists(abandoned), false)
    assert.equal(await exists(used), true)
  } finally {
    await withOwnerClient(server, (client) => client.query(`drop database ${used}`))
  }
})

async function exists(name: string): Promise<boolean> {
  const server = maintenance(await findScratch())
  return withOwnerClient(server, (client) => databaseExists(client, name))
}
