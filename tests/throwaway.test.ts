import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseExists } from 'postgres-kit/database-exists.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import * as throwaway from 'postgres-kit/throwaway.ts'
import { dropDatabase, ensureTemplate } from 'postgres-kit/throwaway.ts'
import { embeddedHome } from '../db/embedded.ts'
import { findScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'
import { withThrowawayDatabase } from '../db/throwaway.ts'

test('a throw-away database is dropped afterwards, also if its work fails', async () => {
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

test('the next run drops the databases of a killed run, and not those of a running one', async () => {
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

test('a restarted throw-away server has the same data and port, and empty caches', async () => {
  const throwaway = await startThrowawayServer(
    embeddedHome(() => {}),
    'restarted',
  )
  try {
    const ask = (sql: string) =>
      withOwnerClient(throwaway.server, async (client) => {
        const { rows } = await client.query<{ answer: unknown }>(sql)
        return rows[0]?.answer
      })
    await ask('create table kept as select 7 as answer')
    const began = await ask('select pg_postmaster_start_time()::text as answer')
    await throwaway.restart()
    assert.equal(await ask('select answer from kept'), 7)
    assert.notEqual(await ask('select pg_postmaster_start_time()::text as answer'), began)
  } finally {
    await throwaway.remove()
  }
})

test('two runs that start together build a template once, whatever database each is connected to', async () => {
  const target = await findScratch()
  const prefix = `once_${process.pid}`
  let builds = 0
  // Each build waits until the other run has also begun one or waits for the lock.
  const recipe = {
    prefix,
    fingerprint: () => 'same',
    build: async () => {
      builds += 1
      await withOwnerClient(maintenance(target), async (client) => {
        const waits = () => client.query("select from pg_locks where locktype = 'advisory' and not granted")
        while (builds < 2 && (await waits()).rowCount === 0) await sleep(20)
      })
    },
  }
  assert.notEqual(target.owner.database, maintenance(target).database)
  try {
    const servers = [target.owner, maintenance(target)]
    const names = await Promise.all(servers.map((server) => ensureTemplate(server, recipe)))
    assert.deepEqual(names, [`${prefix}_template_same`, `${prefix}_template_same`])
    assert.equal(builds, 1)
  } finally {
    await withOwnerClient(maintenance(target), (client) => dropDatabase(client, `${prefix}_template_same`))
  }
})

test('two versions of a recipe do not drop the template that the other is about to copy', async () => {
  const server = maintenance(await findScratch())
  const prefix = `versions_${process.pid}`
  const copies = async (version: string) => {
    const recipe = { prefix, fingerprint: () => version, build: async () => {} }
    for (let copy = 0; copy < 15; copy += 1)
      await throwaway.withThrowawayDatabase(server, recipe, async () => {})
  }
  try {
    await Promise.all(['one', 'two', 'three'].map(copies))
  } finally {
    await withOwnerClient(server, async (client) => {
      for (const version of ['one', 'two', 'three'])
        await dropDatabase(client, `${prefix}_template_${version}`)
    })
  }
})

async function exists(name: string): Promise<boolean> {
  const server = maintenance(await findScratch())
  return withOwnerClient(server, (client) => databaseExists(client, name))
}
