import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { withDatabase } from 'postgres-kit/connection-string.ts'
import { startServer, stopServer } from 'postgres-kit/embedded/server.ts'
import { startThrowawayServer } from 'postgres-kit/embedded/throwaway-server.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { createDatabase } from 'postgres-kit/throwaway.ts'
import { bootstrap } from '../../db/bootstrap.ts'
import { embeddedHome } from '../../db/embedded.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { answer, folderWith } from '../migrations/databases.ts'
import { afterTest } from '../support/after-test.ts'
import { temporaryFolder } from '../support/files.ts'

const ignore = () => {}

test('a full disk ends the deploy with 1 and SQLSTATE 53100, and the file is rolled back', async (t) => {
  const home = embeddedHome(ignore)
  const disk = `${temporaryFolder(t)}/disk`
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).status !== 0)
    return t.skip('this user cannot mount a small disk')
  afterTest(t, () => spawnSync('umount', [disk]))
  mkdirSync(`${disk}/space`)
  chmodSync(`${disk}/space`, 0o777)
  if (home.user) spawnSync('chown', [`${home.user.uid}:${home.user.gid}`, `${disk}/space`])
  const cluster = await startThrowawayServer(home, 'disk')
  afterTest(t, () => cluster.remove())
  const database = withDatabase(cluster.server, 'full')
  await withOwnerClient(cluster.server, (client) => createDatabase(client, 'full', 'template0'))
  await withOwnerClient(database, async (client) => {
    await bootstrap(client)
    await client.query(`create tablespace small location '${disk}/space'`)
  })
  const fills = (rows: number) =>
    `-- migrate:up\ncreate table public.before ();\ncreate table public.filled tablespace small as select repeat('x', 1000) from generate_series(1, ${rows});\n-- migrate:down\ndrop table public.filled;\n`
  const migrations = folderWith(t, { '20300101000000_fills.sql': fills(50_000) })
  await assert.rejects(migrate(database, ignore, { folder: migrations }), {
    exitCode: 1,
    message:
      /fills\.sql:3: could not extend file .*: No space left on device \(SQLSTATE 53100\).*The file was rolled back/s,
  })
  assert.equal(await answer(database, "select to_regclass('public.before') is null as answer"), true)
  writeFileSync(`${migrations}/20300101000000_fills.sql`, fills(10))
  assert.deepEqual(await migrate(database, ignore, { folder: migrations }), ['20300101000000_fills.sql'])
})

test('a read-only replica is refused with 2', async (t) => {
  const home = embeddedHome(ignore)
  const cluster = await startThrowawayServer(home, 'replica', { wal_level: 'replica' })
  afterTest(t, () => cluster.remove())
  const database = withDatabase(cluster.server, 'replica')
  await withOwnerClient(cluster.server, (client) => createDatabase(client, 'replica', 'template0'))
  await withOwnerClient(database, bootstrap)
  const data = String(await answer(database, "select current_setting('data_directory') as answer"))
  const same = { ...home, folder: dirname(data) }
  await stopServer(same)
  // A standby without a primary.
  writeFileSync(`${data}/standby.signal`, '')
  await startServer(same, { settings: { wal_level: 'replica', hot_standby: 'on' }, thrownAway: true })
  const folder = folderWith(t, { '20300101000000_one.sql': '-- migrate:up\ncreate table public.one ();\n' })
  await assert.rejects(migrate(database, ignore, { folder }), {
    exitCode: 2,
    message: /accepts no changes \(a read-only replica\?\)/,
  })
})
