import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { connectOwner, withOwnerClient } from 'postgres-kit/owner-client.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { answer, bootstrappedDatabase, folderWith, until } from './databases.ts'
import { startBareDbmate, startDeploy } from './processes.ts'

const ignore = () => {}
const NAME = '20300101000000_index.sql'

const unique = (exists = '') =>
  `-- migrate:up transaction:false\ncreate unique index concurrently ${exists}things_id_idx on public.things (id);\n-- migrate:down transaction:false\ndrop index concurrently public.things_id_idx;\n`

const VALIDITY = `select coalesce(string_agg(c.relname || ' ' || indisvalid, ','), 'none') as answer
  from pg_index join pg_class c on c.oid = indexrelid where indrelid = 'public.things'::regclass`

/** A table with two equal rows, for which creating a unique index fails. */
async function things(t: TestContext): Promise<ConnectionString> {
  const database = await bootstrappedDatabase(t)
  await withOwnerClient(database, (client) =>
    client.query('create table public.things (id integer); insert into public.things values (1), (1)'),
  )
  return database
}

const mend = (database: ConnectionString) =>
  withOwnerClient(database, (client) =>
    client.query('delete from public.things where ctid in (select min(ctid) from public.things)'),
  )

test('an INVALID index of a failed CONCURRENTLY is dropped and reported, and the rerun converges', async (t) => {
  const database = await things(t)
  const folder = folderWith(t, { [NAME]: unique() })
  await assert.rejects(migrate(database, ignore, { folder }), {
    exitCode: 1,
    message:
      /index\.sql:2: .*23505.*dropped the INVALID index public\.things_id_idx, which an unfinished run of 20300101000000_index\.sql left/s,
  })
  assert.equal(await answer(database, VALIDITY), 'none')
  await mend(database)
  assert.deepEqual(await migrate(database, ignore, { folder }), [NAME])
  assert.equal(await answer(database, VALIDITY), 'things_id_idx true')
})

test('an INVALID index that a killed run left is dropped by the next run, also with IF NOT EXISTS', async (t) => {
  const database = await things(t)
  const folder = folderWith(t, { [NAME]: unique('if not exists ') })
  // The state after a killed run: dbmate alone does not drop the index.
  assert.notEqual((await startBareDbmate(database, folder).ended).code, 0)
  assert.equal(await answer(database, VALIDITY), 'things_id_idx false')
  await mend(database)
  const lines: string[] = []
  assert.deepEqual(await migrate(database, ignore, { folder, log: (line) => lines.push(line) }), [NAME])
  assert.match(lines.join(), /^dropped the INVALID index public\.things_id_idx/)
  assert.equal(await answer(database, VALIDITY), 'things_id_idx true')
})

test('known bad: with IF NOT EXISTS, dbmate alone records an INVALID index as applied', async (t) => {
  const database = await things(t)
  const folder = folderWith(t, { [NAME]: unique('if not exists ') })
  assert.notEqual((await startBareDbmate(database, folder).ended).code, 0)
  await mend(database)
  assert.equal((await startBareDbmate(database, folder).ended).code, 0)
  assert.equal(await answer(database, VALIDITY), 'things_id_idx false')
})

test('an index that was completed but not in the ledger when the deploy was killed is created again', async (t) => {
  const database = await things(t)
  await mend(database)
  const folder = folderWith(t, { [NAME]: unique() })
  await migrate(database, ignore, { folder })
  await withOwnerClient(database, (client) =>
    client.query('delete from dbmate.schema_migrations; update dbmate.migration_log set duration = null'),
  )
  const lines: string[] = []
  assert.deepEqual(await migrate(database, ignore, { folder, log: (line) => lines.push(line) }), [NAME])
  assert.match(lines.join(), /^dropped the index public\.things_id_idx, which an unfinished run of .* left$/m)
  assert.equal(await answer(database, VALIDITY), 'things_id_idx true')
})

test('an index that another session created is not dropped', async (t) => {
  const database = await things(t)
  await mend(database)
  await withOwnerClient(database, (client) =>
    client.query('create index things_id_idx on public.things (id)'),
  )
  await assert.rejects(migrate(database, ignore, { folder: folderWith(t, { [NAME]: unique() }) }), /42P07/)
  assert.equal(await answer(database, VALIDITY), 'things_id_idx true')
})

test('the next deploy cleans up after a deploy that was killed while it created an index', async (t) => {
  const database = await things(t)
  await mend(database)
  const folder = folderWith(t, { [NAME]: unique() })
  // CREATE INDEX CONCURRENTLY waits for an older transaction.
  const reader = await connectOwner(database)
  await reader.query('begin isolation level repeatable read; select count(*) from public.things')
  const killed = await startDeploy(database, folder)
  await until('the index exists and is not valid', async () =>
    /false/.test(String(await answer(database, VALIDITY))),
  )
  killed.child.kill('SIGKILL')
  assert.notEqual((await killed.ended).code, 0)
  await reader.end()
  const { code, output } = await (await startDeploy(database, folder)).ended
  assert.equal(code, 0, output)
  assert.equal(await answer(database, VALIDITY), 'things_id_idx true')
})

for (const [what, sql, message] of [
  [
    'two statements without a transaction',
    '-- migrate:up transaction:false\nselect 1;\nselect 2;\n',
    /has 2 statements and transaction:false/,
  ],
  [
    'its own transaction control',
    '-- migrate:up\nselect 1;\ncommit;\nselect 2;\n',
    /begins or ends a transaction itself/,
  ],
  [
    'an index without a name',
    '-- migrate:up transaction:false\ncreate index concurrently on public.things (id);\n',
    /creates an index without a name/,
  ],
] as const) {
  test(`a file with ${what} is refused before anything is done`, async (t) => {
    const database = await things(t)
    const folder = folderWith(t, { '20290101000000_fine.sql': '-- migrate:up\nselect 1;\n-- migrate:down\n' })
    writeFileSync(`${folder}/${NAME}`, `${sql}-- migrate:down\nselect 1;\n`)
    await assert.rejects(migrate(database, ignore, { folder }), { exitCode: 1, message })
    assert.equal(
      await answer(database, "select to_regclass('dbmate.schema_migrations') is null as answer"),
      true,
    )
  })
}
