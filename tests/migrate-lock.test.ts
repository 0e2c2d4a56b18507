import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConnectionString } from 'postgres-kit/connection-string.ts'
import { Failure } from 'postgres-kit/failure.ts'
import { isProcessAlive } from 'postgres-kit/process-alive.ts'
import { migrate } from '../db/migrations/migrate.ts'
import { rollback } from '../db/migrations/rollback.ts'
import { withSession } from '../db/migrations/session/session.ts'
import { migrationState } from '../db/migrations/state.ts'
import { answer, bootstrappedDatabase, folderWith, until } from './migrations/databases.ts'
import { dbmateOf, startBareDbmate, startDeploy } from './migrations/processes.ts'
import { assertClean, gatedDatabase, openGate, race, sessions, WAIT_AT_GATE } from './migrations/race.ts'
import { PGBOUNCER, startPgBouncer } from './pooler/pgbouncer.ts'
import { afterTest } from './support/after-test.ts'
import { temporaryFolder } from './support/files.ts'

const ignore = () => {}

const ONE_TABLE = {
  '20300101000000_one.sql':
    '-- migrate:up\ncreate table public.one ();\n-- migrate:down\ndrop table public.one;\n',
}

const GATED = {
  '20300101000000_gated.sql': `-- migrate:up\n${WAIT_AT_GATE}create table public.one ();\n-- migrate:down\ndrop table public.one;\n`,
}

test('deploys that start at once apply each file once, and all of them succeed', async (t) => {
  assertClean(await race(t, 5, startDeploy))
})

test('known bad: dbmate alone fails the same race', async (t) => {
  const problems = await race(t, 5, startBareDbmate)
  assert.match(problems.join('\n'), /already exists|duplicate key/)
})

test('a waiting deploy names the holder of the lock, and gives up after its limit without changes', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, ONE_TABLE)
  const lines: string[] = []
  await withSession(database, { wait: 0, log: ignore }, async ({ pid }) => {
    await assert.rejects(
      migrate(database, ignore, { folder, wait: 300, log: (line) => lines.push(line) }),
      (error) => {
        assert.ok(error instanceof Failure)
        assert.equal(error.exitCode, 1)
        assert.match(error.message, /has not ended within 0\.3 s: nothing was done/)
        assert.match(error.message, new RegExp(`pg_terminate_backend\\(${pid}\\)`))
        return true
      },
    )
    assert.equal(lines.length, 1)
    assert.match(
      lines[0] ?? '',
      new RegExp(
        `Waiting for process ${pid} of the server \\(centrid migrate \\(.*, process ${process.pid}\\), since \\d\\d:\\d\\d:\\d\\d`,
      ),
    )
  })
  assert.deepEqual(await migrate(database, ignore, { folder, wait: 0 }), ['20300101000000_one.sql'])
})

test('a rollback also waits for a deploy', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, ONE_TABLE)
  await migrate(database, ignore, { folder })
  await withSession(database, { wait: 0, log: ignore }, async () => {
    await assert.rejects(rollback(database, { folder, wait: 0 }), /is migrating this database/)
  })
  assert.equal((await migrationState(database, folder)).applied.length, 1)
})

test('when a deploy is killed, its dbmate ends as well, and the next deploy applies the remaining files', async (t) => {
  const database = await gatedDatabase(t)
  const folder = folderWith(t, GATED)
  // A process that is killed cannot remove its files.
  const killed = await startDeploy(database, folder, { TMPDIR: temporaryFolder(t) })
  const atGate = () =>
    answer(
      database,
      "select exists (select from pg_stat_activity where query like '%public.gate)%' and pid <> pg_backend_pid()) as answer",
    )
  await until('the first deploy is at the gate', async () => (await atGate()) === true)
  const dbmate = dbmateOf(killed)
  assert.ok(dbmate)
  killed.child.kill('SIGKILL')
  assert.notEqual((await killed.ended).code, 0)
  const next = await startDeploy(database, folder)
  await until('dbmate is gone', async () => !isProcessAlive(dbmate))
  await openGate(database)
  const { code, output } = await next.ended
  assert.equal(code, 0, output)
  assert.match(output, /1 applied/)
  await until('no session is left', async () => (await sessions(database)) === 0)
})

test('a deploy whose dbmate is killed exits with 1, and leaves no active session', async (t) => {
  const database = await gatedDatabase(t)
  const folder = folderWith(t, GATED)
  const deploy = await startDeploy(database, folder)
  let dbmate: number | undefined
  await until('dbmate runs', async () => {
    dbmate = dbmateOf(deploy)
    return dbmate !== undefined
  })
  process.kill(Number(dbmate), 'SIGKILL')
  const { code, output } = await deploy.ended
  assert.equal(code, 1)
  assert.match(output, /dbmate was killed by SIGKILL/)
  assert.equal(await sessions(database), 0)
  assert.equal(await answer(database, "select to_regclass('public.one') is null as answer"), true)
})

for (const connections of [1, 4]) {
  test(`a pooler in transaction mode is refused before anything is done (${connections} connections)`, async (t) => {
    if (PGBOUNCER === undefined) return t.skip('pgbouncer is not installed')
    const database = await bootstrappedDatabase(t)
    const pooler = await startPgBouncer(database, connections)
    afterTest(t, () => pooler.stop())
    const url = new URL(database.url)
    url.port = String(pooler.port)
    await assert.rejects(
      migrate(parseConnectionString(url.href), ignore, { folder: folderWith(t, ONE_TABLE) }),
      (error) => {
        assert.ok(error instanceof Failure)
        assert.equal(error.exitCode, 2)
        assert.match(error.message, /pooler in transaction mode.*nothing was done.*session port/s)
        return true
      },
    )
    assert.equal(await answer(database, "select to_regnamespace('dbmate') is null as answer"), true)
    await pooler.stop()
  })
}

test("libpq's and dbmate's environment variables have no effect; dbmate alone would use them", async (t) => {
  const env = {
    PGOPTIONS: '-c search_path=pg_catalog -c default_transaction_read_only=on',
    PGSERVICE: 'nowhere',
    PGTARGETSESSIONATTRS: 'read-only',
    DBMATE_MIGRATIONS_TABLE: 'public.other',
  }
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, ONE_TABLE)
  assert.notEqual((await startBareDbmate(database, folder, env).ended).code, 0)
  const { code, output } = await (await startDeploy(database, folder, env)).ended
  assert.equal(code, 0, output)
  assert.equal((await migrationState(database, folder)).applied.length, 1)
})
