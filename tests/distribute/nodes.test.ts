import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { distribute, STEPS } from '../../db/distribute/distribute.ts'
import { ask, connection, connectWorker, prepareCluster, skip, type Worker } from './cluster.ts'
import { makePeople, type People, removePeople } from './people.ts'

describe('a node that is added to a distributed database', { skip }, () => {
  let owner: pg.Client
  let people: People
  let worker: Worker

  before(async () => {
    await prepareCluster()
    owner = await connectOwner(connection)
    people = await makePeople(owner)
    const { rows } = await owner.query<Worker>(
      'select nodename as host, nodeport as port from pg_dist_node where groupid <> 0 order by nodeid desc limit 1',
    )
    assert.ok(rows[0])
    worker = rows[0]
  })

  after(async () => {
    if (!owner) return
    await removePeople(owner, people)
    await owner.end()
  })

  /** Takes the worker's shards and its place in the cluster, and gives it an empty database, as a new machine has. */
  async function renew(): Promise<void> {
    await owner.query("select citus_drain_node($1, $2, shard_transfer_mode => 'block_writes')", place())
    await owner.query('select citus_remove_node($1, $2)', place())
    const name = pg.escapeIdentifier(connection.database)
    const maintenance = await connectWorker(worker, 'postgres')
    await maintenance.query(`drop database ${name} with (force)`)
    await maintenance.query(`create database ${name}`)
    await maintenance.end()
    const fresh = await connectWorker(worker)
    await fresh.query('create extension citus')
    await fresh.end()
  }

  const place = () => [worker.host, worker.port]

  async function isOpen(sql: string): Promise<string[]> {
    const client = await connectWorker(worker)
    try {
      return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name)
    } finally {
      await client.end()
    }
  }

  const anybodys = `
    select pg_proc.oid::regprocedure::text as name from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where nspname in ('private', 'cluster') and has_function_privilege('anon', pg_proc.oid, 'execute') order by 1`

  test('add, distribute, rebalance, distribute: it has shards, and the privileges of every other node', async () => {
    await renew()
    await owner.query('select citus_add_node($1, $2)', place())
    assert.notDeepEqual(await isOpen(anybodys), [], 'a new node is open until make distribute has run')
    await distribute(connection, false)
    assert.deepEqual(await isOpen(anybodys), [])
    await owner.query("select rebalance_table_shards(shard_transfer_mode => 'block_writes')")
    await distribute(connection, false)
    await owner.query('set search_path = pg_catalog')
    for (const { name, left } of STEPS) assert.deepEqual(await left(owner), [], name)
    const { rows } = await owner.query<{ shards: number }>(
      `select count(*)::int as shards from pg_dist_placement join pg_dist_node using (groupid)
       where nodename = $1 and nodeport = $2`,
      place(),
    )
    assert.notEqual(rows[0]?.shards, 0)
  })

  test('users on it read and write their own rows, and those of nobody else', async () => {
    for (const [sub, other] of [
      [people.ada, people.ben],
      [people.ben, people.ada],
    ] as const) {
      assert.deepEqual(await ask(owner, sub, 'select user_id from public.documents'), [sub])
      assert.deepEqual(
        await ask(owner, sub, "insert into public.usage_events (event_type) values ('y') returning user_id"),
        [sub],
      )
      const foreign = `insert into public.usage_events (user_id, event_type) values ('${other}', 'y')`
      assert.equal(await ask(owner, sub, foreign), '42501')
    }
  })
})
