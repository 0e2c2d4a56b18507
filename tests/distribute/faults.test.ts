import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import type pg from 'pg'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { openDatabase } from '../../db/client/database.ts'
import { searchChunks } from '../../db/client/search.ts'
import { withUser } from '../../db/client/with-identity.ts'
import { distribute } from '../../db/distribute/distribute.ts'
import { connection, connectWorker, prepareCluster, skip, type Worker } from './cluster.ts'
import { makePeople, type People, removePeople } from './people.ts'

/** Every answer that a user got, each once, and how many queries failed. */
interface Probe {
  answers: Set<string>
  count: number
  errors: number
  lastError: unknown
}

describe('while the cluster changes, users ask', { skip }, () => {
  const db = openDatabase(connection, { distributed: true, connectTimeoutMs: 20_000 })
  let owner: pg.Client
  let people: People

  before(async () => {
    await prepareCluster()
    owner = await connectOwner(connection)
    people = await makePeople(owner)
  })

  after(async () => {
    await db.destroy()
    if (!owner) return
    await removePeople(owner, people)
    await owner.end()
  })

  const asks: readonly ((sub: string) => Promise<string>)[] = [
    // With the owner's condition, without it, and through the gates.
    async (sub) =>
      withUser(db, { sub }, async (tx) => {
        const rows = await tx.selectFrom('documents').select('user_id').execute()
        return `documents of ${rows.map(({ user_id }) => user_id).join()}`
      }),
    async (sub) =>
      withUser(db, { sub }, async (tx) => {
        const { rows } = await sql<{ user_id: string }>`select user_id from public.document_chunks`.execute(
          tx,
        )
        return `chunks of ${rows.map(({ user_id }) => user_id).join()}`
      }),
    async (sub) => `${(await withUser(db, { sub }, (tx) => searchChunks(tx, 'spruce'))).length} found`,
  ]
  const right = (sub: string) => new Set([`documents of ${sub}`, `chunks of ${sub}`, '1 found'])

  /** Both users ask without a pause until the work is done and a while after it; every answer is collected. */
  async function probe(work: () => Promise<void>): Promise<Record<'ada' | 'ben', Probe>> {
    let going = true
    const ask = async (sub: string): Promise<Probe> => {
      const seen: Probe = { answers: new Set(), count: 0, errors: 0, lastError: undefined }
      for (let round = 0; going || round < asks.length; round++) {
        try {
          seen.answers.add((await asks[round % asks.length]?.(sub)) ?? '')
          seen.count++
        } catch (error) {
          seen.errors++
          seen.lastError = error
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
      return seen
    }
    const probes = Promise.all([ask(people.ada), ask(people.ben)])
    await work().finally(() => {
      going = false
    })
    const [ada, ben] = await probes
    return { ada, ben }
  }

  /** The worker that has a user's rows. */
  async function workerOf(sub: string): Promise<Worker & { shard: string }> {
    const { rows } = await owner.query<Worker & { shard: string }>(
      `select shardid as shard, nodename as host, nodeport as port
       from pg_dist_placement join pg_dist_node using (groupid)
       where shardid = get_shard_id_for_distribution_column('public.documents', $1::uuid)`,
      [sub],
    )
    const worker = rows[0]
    assert.ok(worker)
    return worker
  }

  for (const mode of ['block_writes', 'force_logical'])
    test(`a shard that moves (${mode}) answers every query, with the own rows only`, async (t) => {
      const { rows: settings } = await owner.query<{ logical: boolean }>(
        "select current_setting('wal_level') = 'logical' as logical",
      )
      if (mode === 'force_logical' && !settings[0]?.logical) return t.skip('wal_level is not logical')
      const here = await workerOf(people.ada)
      const { rows } = await owner.query<Worker>(
        `select nodename as host, nodeport as port from pg_dist_node
         where groupid <> 0 and (nodename, nodeport) <> ($1, $2) limit 1`,
        [here.host, here.port],
      )
      const there = rows[0]
      assert.ok(there)
      const move = (from: Worker, to: Worker) =>
        owner.query('select citus_move_shard_placement($1, $2, $3, $4, $5, $6)', [
          here.shard,
          from.host,
          from.port,
          to.host,
          to.port,
          mode,
        ])
      const { ada, ben } = await probe(async () => {
        await move(here, there)
        await move(there, here)
      })
      assert.deepEqual([ada.answers, ada.errors, ada.lastError], [right(people.ada), 0, undefined])
      assert.deepEqual([ben.answers, ben.errors, ben.lastError], [right(people.ben), 0, undefined])
      assert.ok(ada.count > 10, `${ada.count} queries`)
      await distribute(connection, false)
    })

  test('a worker that is killed and comes back: no wrong answer, and what was confirmed is there', async () => {
    const worker = await workerOf(people.ada)
    const added: number[] = []
    const { ada, ben } = await probe(async () => {
      for (let n = 0; n < 60; n++) {
        if (n === 20) await kill(worker)
        await withUser(db, { sub: people.ada }, (tx) =>
          tx
            .insertInto('usage_events')
            .values({ event_type: `crash ${n}` })
            .execute(),
        ).then(
          () => added.push(n),
          () => new Promise((resolve) => setTimeout(resolve, 100)),
        )
      }
    })
    assert.deepEqual(ada.answers, right(people.ada))
    assert.deepEqual(ben.answers, right(people.ben))
    assert.ok(ada.errors > 0, 'the crash was noticed')
    const { rows } = await owner.query<{ event_type: string }>(
      "select event_type from public.usage_events where user_id = $1 and event_type like 'crash %'",
      [people.ada],
    )
    const there = rows.map(({ event_type }) => Number(event_type.slice('crash '.length)))
    assert.equal(new Set(there).size, there.length, 'no row twice')
    assert.deepEqual(
      added.filter((n) => !there.includes(n)),
      [],
    )
    assert.ok(added.includes(0) && added.includes(59), 'writes succeed before and after')
  })

  /** Kills a server process of the worker with SIGKILL: PostgreSQL ends all its sessions and recovers from the log. */
  async function kill(worker: Worker): Promise<void> {
    const client = await connectWorker(worker)
    await client.query("copy (select 1) to program 'kill -9 $PPID'").catch(() => {})
    await client.end().catch(() => {})
  }
})
