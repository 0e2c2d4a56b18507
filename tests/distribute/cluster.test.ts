import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import type pg from 'pg'
import { codeOf } from 'postgres-kit/failure.ts'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { openDatabase } from '../../db/client/database.ts'
import { searchChunks } from '../../db/client/search.ts'
import { withAnon, withUser } from '../../db/client/with-identity.ts'
import { DISTRIBUTED, distribute, STEPS } from '../../db/distribute/distribute.ts'
import { connection, prepareCluster, skip } from './cluster.ts'
import { makePeople, type People, removePeople } from './people.ts'

/** On a cluster, statements are sent one by one, each in a transaction of its own, after a set-up that is committed. */
describe('a distributed database', { skip }, () => {
  const db = openDatabase(connection, { distributed: true })
  let owner: pg.Client
  let people: People
  let ada = ''
  let ben = ''

  before(async () => {
    owner = await connectOwner(connection)
    await prepareCluster()
    people = await makePeople(owner)
    ;({ ada, ben } = people)
  })

  after(async () => {
    if (skip) return
    await removePeople(owner, people)
    await owner.end()
    await db.destroy()
  })

  /** Number of rows of a raw statement, or the SQLSTATE with which it is refused. */
  async function attempt(text: string, who: 'ada' | 'anon' = 'ada'): Promise<number | string> {
    const answer =
      who === 'anon'
        ? withAnon(db, (tx) => sql.raw(text).execute(tx))
        : withUser(db, { sub: ada }, (tx) => sql.raw(text).execute(tx))
    return answer.then(
      ({ rows, numAffectedRows }) => Number(numAffectedRows ?? rows.length),
      (error: unknown) => codeOf(error) ?? String(error),
    )
  }

  test('after a run, no step has remaining statements', async () => {
    await owner.query('set search_path = pg_catalog')
    for (const { name, left } of STEPS) assert.deepEqual(await left(owner), [], name)
  })

  for (const [table, { columns, authenticated }] of Object.entries(DISTRIBUTED)) {
    test(`${table}: anon is refused every command`, async () => {
      const codes = [
        await attempt(`select * from ${table}`, 'anon'),
        await attempt(`insert into ${table} default values`, 'anon'),
        await attempt(`update ${table} set user_id = user_id`, 'anon'),
        await attempt(`delete from ${table}`, 'anon'),
        await attempt(`truncate ${table}`, 'anon'),
      ]
      assert.deepEqual(new Set(codes), new Set(['42501']))
    })

    test(`${table}: a user reads only the own row, and changes no other user’s row`, async () => {
      const seen = await withUser(db, { sub: ada }, (tx) =>
        sql<{ user_id: string }>`select user_id from ${sql.table(table)}`.execute(tx),
      )
      assert.deepEqual(seen.rows, [{ user_id: ada }])
      assert.equal(await attempt(`select from ${table} where user_id = '${ben}'`), 0)
      const column = authenticated.update?.[0]
      assert.equal(
        await attempt(`update ${table} set ${column ?? 'id'} = ${column ?? 'id'} where user_id = '${ben}'`),
        column ? 0 : '42501',
      )
      assert.equal(
        await attempt(`delete from ${table} where user_id = '${ben}'`),
        authenticated.delete ? 0 : '42501',
      )
      const { rowCount } = await owner.query(`select from ${table} where user_id = $1`, [ben])
      assert.equal(rowCount, 1)
    })

    test(`${table}: a user writes only the columns of the intent`, async () => {
      for (const column of columns) {
        // A generated column accepts only its default. Citus itself refuses the distribution column.
        const value = column === 'search_vector' ? 'default' : column
        const updated = await attempt(`update ${table} set ${column} = ${value} where user_id = '${ada}'`)
        const refused = column === 'user_id' ? ['42501', '0A000'] : ['42501']
        if (authenticated.update?.includes(column)) assert.equal(updated, 1, `update ${column}`)
        else assert.ok(refused.includes(String(updated)), `update ${column}: ${updated}`)
        if (authenticated.insert?.includes(column)) continue
        assert.equal(
          await attempt(`insert into ${table} (${column}) values (default)`),
          '42501',
          `insert ${column}`,
        )
      }
      assert.equal(await attempt(`truncate ${table}`), '42501')
    })
  }

  test('a user inserts own rows and cannot insert rows of another user', async () => {
    const insert = (user: string) =>
      attempt(`insert into public.usage_events (user_id, event_type) values ('${user}', 'y') returning id`)
    assert.equal(await insert(ben), '42501')
    assert.equal(await insert(ada), 1)
    await owner.query("delete from public.usage_events where event_type = 'y' and user_id = $1", [ada])
  })

  test('search finds only the own chunk', async () => {
    const found = await withUser(db, { sub: ada }, (tx) => searchChunks(tx, 'spruce'))
    assert.deepEqual(
      found.map(({ headline }) => headline),
      ['a tall <mark>spruce</mark>'],
    )
  })

  test('a query with the owner’s condition is one task', async () => {
    const { rows } = await owner.query<{ 'QUERY PLAN': string }>(
      `explain select * from public.documents where user_id = '${ada}'`,
    )
    assert.ok(rows.some((row) => row['QUERY PLAN'].includes('Task Count: 1')))
  })

  test('claims of set_config do not reach the workers, so no rows are found', async () => {
    await owner.query('begin')
    await owner.query(
      "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)",
      [JSON.stringify({ sub: ada })],
    )
    const { rowCount } = await owner.query('select from public.documents')
    await owner.query('rollback')
    assert.equal(rowCount, 0)
  })

  test('claims that raw SQL sets only on the workers are detected before the next statement', async () => {
    const as = (sub: string) => `'${JSON.stringify({ sub })}'`
    let next = 0
    await assert.rejects(
      withUser(db, { sub: ada }, async (tx) => {
        await sql
          .raw(
            `do $$ begin
               set local citus.propagate_set_commands = 'local';
               set local "request.jwt.claims" = ${as(ben)};
               perform set_config('request.jwt.claims', ${as(ada)}, true);
             end $$`,
          )
          .execute(tx)
        next++
      }),
      /role or claims were changed inside the transaction/,
    )
    assert.equal(next, 0)
  })

  test('only the owner runs commands on nodes and shards, and sees how tables are distributed', async () => {
    assert.equal(await attempt("select run_command_on_workers('select 1')"), '42501')
    assert.equal(await attempt("select run_command_on_shards('public.documents', 'select 1')"), '42501')
    assert.equal(await attempt('select * from pg_catalog.citus_shards'), '42501')
  })

  test('a client without the option is refused before its first query', async () => {
    const plain = openDatabase(connection)
    await assert.rejects(
      withUser(plain, { sub: ada }, (tx) => tx.selectFrom('documents').select('id').execute()),
      /is distributed: pass distributed: true/,
    )
    await plain.destroy()
  })

  test('users who read while a shard moves see no foreign row and miss none; a run restores the shard’s privileges', async () => {
    const { rows } = await owner.query<{
      shard: string
      port: number
      host: string
      tohost: string
      toport: number
    }>(
      `select shardid as shard, source.nodename as host, source.nodeport as port, target.nodename as tohost, target.nodeport as toport
       from pg_dist_placement join pg_dist_node as source using (groupid), pg_dist_node as target
       where shardid = get_shard_id_for_distribution_column('public.documents', $1::uuid)
         and target.groupid not in (0, source.groupid) limit 1`,
      [ada],
    )
    const move = rows[0]
    assert.ok(move)
    let moving = true
    const seen = new Set<string>()
    const reading = (async () => {
      while (moving) {
        const found = await withUser(db, { sub: ada }, (tx) =>
          sql<{ user_id: string }>`select user_id from public.documents where user_id = ${ada}`.execute(tx),
        )
        seen.add(found.rows.map(({ user_id }) => user_id).join())
      }
    })()
    const places = [move.host, move.port, move.tohost, move.toport]
    const text = "select citus_move_shard_placement($1, $2, $3, $4, $5, 'block_writes')"
    await owner.query(text, [move.shard, ...places]).finally(() => {
      moving = false
    })
    await reading
    assert.deepEqual([...seen], [ada])
    // The moved shard of user_profiles also has the default privilege, although users may not insert there.
    const wider = (await Promise.all(STEPS.map(({ left }) => left(owner)))).flat()
    assert.ok(
      wider.length > 0 && wider.every((text) => text.includes("'public.user_profiles'")),
      wider.join(),
    )
    await distribute(connection, false)
    for (const { name, left } of STEPS) assert.deepEqual(await left(owner), [], name)
    assert.equal(
      await attempt(`insert into public.agent_sessions (user_id) values ('${ada}') returning id`),
      1,
      'Citus adds the defaults to the statement, so this needs the default privilege on the moved shard',
    )
    await owner.query(text, [move.shard, ...places.slice(2), ...places.slice(0, 2)])
    await distribute(connection, false)
  })

  test('deleting an account deletes its rows on every node', async () => {
    const { rows } = await owner.query<{ id: string }>('insert into auth.users default values returning id')
    const id = rows[0]?.id
    assert.equal((await owner.query('select from public.user_profiles where user_id = $1', [id])).rowCount, 1)
    await owner.query('delete from auth.users where id = $1', [id])
    assert.equal((await owner.query('select from public.user_profiles where user_id = $1', [id])).rowCount, 0)
    assert.equal((await owner.query('select from private.accounts where id = $1', [id])).rowCount, 0)
  })
})
