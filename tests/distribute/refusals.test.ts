import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { inRoot } from '../../db/paths.ts'
import { useTestDatabase } from '../support/database.ts'
import { connection, prepareCluster, skip, type Worker } from './cluster.ts'

/** Runs the command as make does; what it prints to standard error says why nothing was done. */
function distribute(url: string): { code: number | null; said: string } {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', inRoot('scripts', 'distribute.ts')],
    {
      cwd: inRoot(),
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: url },
    },
  )
  return { code: status, said: stderr }
}

function refuses(url: string, reason: RegExp): void {
  const { code, said } = distribute(url)
  assert.equal(code, 2, said)
  assert.match(said, reason)
}

describe('make distribute refuses', () => {
  const database = useTestDatabase()

  test('without an address', () => refuses('', /DATABASE_URL is unset: set it to the owner of the database/))

  test('one PostgreSQL server', () =>
    refuses(database().connection.url.href, /nothing was done:\n {2}the extension citus is not installed/))
})

describe('make distribute refuses, of a cluster,', { skip }, () => {
  let owner: pg.Client

  before(async () => {
    await prepareCluster()
    owner = await connectOwner(connection)
  })

  after(() => owner?.end())

  const address = (change: (url: URL) => void) => {
    const url = new URL(connection.url.href)
    change(url)
    return url.href
  }

  /** Runs the command while the database is in a state that `undo` ends. */
  async function meanwhile(given: string[], reason: RegExp, undo: string[]): Promise<void> {
    for (const sql of given) await owner.query(sql)
    try {
      refuses(connection.url.href, reason)
    } finally {
      for (const sql of undo) await owner.query(sql)
    }
  }

  async function nodes(where: string): Promise<Worker[]> {
    const { rows } = await owner.query<Worker>(
      `select nodename as host, nodeport as port from pg_dist_node where ${where} order by nodeid desc`,
    )
    return rows
  }

  const is = ({ host, port }: Worker) => `nodename = ${pg.escapeLiteral(host)} and nodeport = ${port}`
  const named = ({ host, port }: Worker) => `${pg.escapeLiteral(host)}, ${port}`

  test('a migration that is pending', async () => {
    const { rows } = await owner.query<{ version: string }>(
      'select max(version) as version from dbmate.schema_migrations',
    )
    const version = pg.escapeLiteral(rows[0]?.version ?? '')
    await meanwhile(
      [`delete from dbmate.schema_migrations where version = ${version}`],
      /lacks 1 migrations: run "make migrate" first\. Nothing was done/,
      [`insert into dbmate.schema_migrations values (${version})`],
    )
  })

  test('a login that is not a superuser', async () => {
    await owner.query('create role distribute_tester login')
    try {
      refuses(
        address((url) => {
          url.username = 'distribute_tester'
        }),
        /nothing was done:\n {2}distribute_tester is not a superuser/,
      )
    } finally {
      await owner.query('drop role distribute_tester')
    }
  })

  test('a worker', async () => {
    const [worker] = await nodes('groupid <> 0')
    assert.ok(worker)
    refuses(
      address((url) => {
        url.hostname = worker.host
        url.port = String(worker.port)
      }),
      /nothing was done:\n {2}this node is not a coordinator/,
    )
  })

  test('a coordinator that holds shards', async () => {
    const [coordinator] = await nodes('groupid = 0')
    assert.ok(coordinator)
    const hold = (value: boolean) =>
      `select citus_set_node_property(${named(coordinator)}, 'shouldhaveshards', ${value})`
    await meanwhile([hold(true)], /the coordinator has shards/, [hold(false)])
  })

  test('workers none of which may have shards', async () => {
    const workers = await nodes('groupid <> 0')
    const hold = (value: boolean) =>
      workers.map(
        (worker) => `select citus_set_node_property(${named(worker)}, 'shouldhaveshards', ${value})`,
      )
    await meanwhile(hold(false), /there is no worker: select citus_add_node/, hold(true))
  })

  test('a node that is not active', async () => {
    const [worker] = await nodes('groupid <> 0')
    assert.ok(worker)
    await meanwhile(
      [`update pg_dist_node set isactive = false where ${is(worker)}`],
      /the node \S+ is not active: activate or remove it/,
      [`update pg_dist_node set isactive = true where ${is(worker)}`],
    )
  })

  test('a server with another database', () =>
    meanwhile(['create database distribute_other'], /the server has other databases \(distribute_other\)/, [
      'drop database distribute_other',
    ]))
})
