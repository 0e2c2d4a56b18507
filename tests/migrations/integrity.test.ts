import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { hashOf, listMigrations } from '../../db/migrations/files.ts'
import { checkSum, findSumProblem, writeSum } from '../../db/migrations/integrity/sum.ts'
import { type MigrateOptions, migrate } from '../../db/migrations/migrate.ts'
import { rollback } from '../../db/migrations/rollback.ts'
import { readStatus } from '../../db/migrations/status.ts'
import { findVerifyProblems } from '../../db/migrations/verify.ts'
import { answer, bootstrappedDatabase, folderWith } from './databases.ts'
import { startBareDbmate } from './processes.ts'

const ignore = () => {}

const table = (name: string) =>
  `-- migrate:up\ncreate table public.${name} ();\n-- migrate:down\ndrop table public.${name};\n`

const FILES = { '20300101000000_one.sql': table('one'), '20300103000000_three.sql': table('three') }

/** A database with FILES applied, and its folder. */
async function migrated(t: TestContext): Promise<{ database: ConnectionString; folder: string }> {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, FILES)
  writeSum(folder)
  await migrate(database, ignore, { folder })
  return { database, folder }
}

/** Changes that `make migrate` and `make verify` refuse, with a pattern of the message. */
const BREAKS: readonly [what: string, change: (folder: string) => void, message: RegExp][] = [
  [
    'an applied file that was edited',
    (folder) => writeFileSync(`${folder}/20300101000000_one.sql`, `${table('one')}-- more\n`),
    /20300101000000_one\.sql was edited after it was applied at 20\d\d-.* UTC: restore it \(git .*migrations\/20300101000000_one\.sql\)/,
  ],
  [
    'an applied file that was deleted',
    (folder) => rmSync(`${folder}/20300101000000_one.sql`),
    /20300101000000_one\.sql is applied at .*, and migrations\/ has no such file\. If it was deleted, restore it/,
  ],
  [
    'an applied file whose version was changed',
    (folder) => renameSync(`${folder}/20300101000000_one.sql`, `${folder}/20300104000000_one.sql`),
    /20300104000000_one\.sql is 20300101000000_one\.sql renamed, which was applied/,
  ],
  [
    'an applied file whose name was changed',
    (folder) => renameSync(`${folder}/20300101000000_one.sql`, `${folder}/20300101000000_first.sql`),
    /20300101000000_first\.sql was applied as 20300101000000_one\.sql/,
  ],
  [
    'two files with one version',
    (folder) => writeFileSync(`${folder}/20300103000000_too.sql`, table('too')),
    /20300103000000_three\.sql and 20300103000000_too\.sql have the same version, and only the first would be applied/,
  ],
  [
    'a file older than the newest applied one',
    (folder) => writeFileSync(`${folder}/20300102000000_two.sql`, table('two')),
    /20300102000000_two\.sql is not applied, and older than 20300103000000, which is.*ALLOW_OUT_OF_ORDER=1/,
  ],
  [
    'a name in capitals',
    (folder) => writeFileSync(`${folder}/20300104000000_four.SQL`, table('four')),
    /20300104000000_four\.SQL would never be applied/,
  ],
  [
    'a name without a version',
    (folder) => writeFileSync(`${folder}/four.sql`, table('four')),
    /four\.sql would never be applied: a migration is named YYYYMMDDHHMMSS_name\.sql/,
  ],
  [
    'a version of 13 digits',
    (folder) => writeFileSync(`${folder}/2030010400000_four.sql`, table('four')),
    /2030010400000_four\.sql would be applied in the wrong order: a migration is named YYYYMMDDHHMMSS_name\.sql/,
  ],
  [
    'a space after the version',
    (folder) => writeFileSync(`${folder}/20300104000000 four.sql`, table('four')),
    /20300104000000 four\.sql would be applied in the wrong order/,
  ],
  [
    'a folder with the name of a migration',
    (folder) => mkdirSync(`${folder}/20300104000000_four.sql`),
    /20300104000000_four\.sql would never be applied/,
  ],
  [
    'a byte order mark',
    (folder) => writeFileSync(`${folder}/20300104000000_four.sql`, `\uFEFF${table('four')}`),
    /20300104000000_four\.sql begins with a byte order mark/,
  ],
  [
    'a file in UTF-16',
    (folder) => writeFileSync(`${folder}/20300104000000_four.sql`, Buffer.from(table('four'), 'utf16le')),
    /20300104000000_four\.sql is not UTF-8/,
  ],
  [
    'two sections of one kind',
    (folder) =>
      writeFileSync(
        `${folder}/20300104000000_four.sql`,
        `${table('four')}-- migrate:up\ncreate table public.five ();\n`,
      ),
    /20300104000000_four\.sql has 2 lines "-- migrate:up", and only the first part would be applied/,
  ],
  [
    'no section',
    (folder) => writeFileSync(`${folder}/20300104000000_four.sql`, 'create table public.four ();\n'),
    /20300104000000_four\.sql has no line "-- migrate:up"/,
  ],
]

test('make migrate and make verify refuse, whatever migrations.sum says:', async (t) => {
  const { database } = await migrated(t)
  for (const [what, change, message] of BREAKS)
    await t.test(what, async (t) => {
      const folder = folderWith(t, FILES)
      assert.deepEqual(await migrate(database, ignore, { folder }), [])
      change(folder)
      writeSum(folder)
      await assert.rejects(migrate(database, ignore, { folder }), { exitCode: 1, message })
      assert.match((await findVerifyProblems(database, folder)).problems.join('\n'), message)
      assert.match((await readStatus(database, folder)).problems.join('\n'), message)
    })
  const left = `select count(*)::int as answer from pg_class where relnamespace = 'public'::regnamespace`
  assert.equal(await answer(database, left), 2)
})

test('known bad: dbmate alone ignores an edited, a deleted and a second file of one version', async (t) => {
  const { database, folder } = await migrated(t)
  writeFileSync(`${folder}/20300101000000_one.sql`, `${table('one')}-- more\n`)
  rmSync(`${folder}/20300103000000_three.sql`)
  writeFileSync(`${folder}/20300101000000_too.sql`, table('too'))
  const { code, output } = await startBareDbmate(database, folder).ended
  assert.equal(code, 0, output)
  assert.equal(await answer(database, "select to_regclass('public.too') is null as answer"), true)
})

test('an unknown version is refused', async (t) => {
  const { database, folder } = await migrated(t)
  await withOwnerClient(database, (client) =>
    client.query("insert into dbmate.schema_migrations values ('20300102000000')"),
  )
  await assert.rejects(migrate(database, ignore, { folder }), {
    exitCode: 1,
    message: /20300102000000 is applied, and migrations\/ has no such file/,
  })
})

test('ALLOW_OUT_OF_ORDER applies a file that was merged late', async (t) => {
  const { database, folder } = await migrated(t)
  writeFileSync(`${folder}/20300102000000_two.sql`, table('two'))
  const options: MigrateOptions = { folder, allowOutOfOrder: true }
  assert.deepEqual(await migrate(database, ignore, options), ['20300102000000_two.sql'])
  assert.deepEqual(await migrate(database, ignore, { folder }), [])
})

test('line ends and empty lines at the end do not count as an edit', async (t) => {
  const { database, folder } = await migrated(t)
  for (const [name, text] of Object.entries(FILES))
    writeFileSync(`${folder}/${name}`, `${text.trimEnd().replaceAll('\n', '\r\n')}`)
  assert.equal(findSumProblem(folder), undefined)
  assert.deepEqual(await migrate(database, ignore, { folder }), [])
})

test('the ledger records who applied a file, when, with which tool and how long it took', async (t) => {
  const { database, folder } = await migrated(t)
  const { rows } = await withOwnerClient(database, (client) =>
    client.query(
      `select version, hash, role = session_user as mine, tool, commit ~ '^[0-9a-f]{40}(-dirty)?$' as commit,
         started_at between now() - interval '1 minute' and now() as just, duration < interval '1 minute' as short
       from dbmate.migration_log order by version`,
    ),
  )
  const expected = listMigrations(folder).map((file) => ({
    version: file.version,
    hash: hashOf(file),
    mine: true,
    tool: 'dbmate 2.36.0',
    commit: true,
    just: true,
    short: true,
  }))
  assert.deepEqual(rows, expected)
})

test('a rollback deletes the row of the ledger, with and without a transaction', async (t) => {
  const database = await bootstrappedDatabase(t)
  const without = '-- migrate:up transaction:false\ncreate table public.two ();\n'
  const folder = folderWith(t, {
    ...FILES,
    '20300104000000_four.sql': `${without}-- migrate:down transaction:false\ndrop table public.two;\n`,
  })
  await migrate(database, ignore, { folder })
  const versions = "select string_agg(version, ',' order by version) as answer from dbmate.migration_log"
  assert.equal(await answer(database, versions), '20300101000000,20300103000000,20300104000000')
  await rollback(database, { folder })
  assert.equal(await answer(database, versions), '20300101000000,20300103000000')
  await rollback(database, { folder })
  assert.equal(await answer(database, versions), '20300101000000')
})

test('a failed migration leaves no effective row in the ledger', async (t) => {
  const { database, folder } = await migrated(t)
  writeFileSync(`${folder}/20300104000000_four.sql`, '-- migrate:up\nselect 1 / 0;\n-- migrate:down\n')
  await assert.rejects(migrate(database, ignore, { folder }), /22012/)
  writeFileSync(`${folder}/20300104000000_four.sql`, table('four'))
  assert.deepEqual(await migrate(database, ignore, { folder }), ['20300104000000_four.sql'])
  const { history } = await readStatus(database, folder)
  assert.deepEqual(
    history.map(({ state }) => state),
    ['applied', 'applied', 'applied'],
  )
})

test('a file that dbmate applied alone is adopted once and reported, and edits of it are refused from then on', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, { '20300101000000_one.sql': table('one') })
  const { code, output } = await startBareDbmate(database, folder).ended
  assert.equal(code, 0, output)
  assert.match((await findVerifyProblems(database, folder)).problems.join(), /applied without this ledger/)
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  assert.deepEqual(await migrate(database, ignore, { folder, log }), [])
  assert.match(lines.join('\n'), /^Adopted 1 migrations .*\n {2}20300101000000_one\.sql$/)
  assert.deepEqual((await readStatus(database, folder)).adopted, ['20300101000000_one.sql'])

  // A later file is applied by hand, between files that this runner applies.
  writeFileSync(`${folder}/20300102000000_two.sql`, table('two'))
  assert.equal((await startBareDbmate(database, folder).ended).code, 0)
  writeFileSync(`${folder}/20300103000000_three.sql`, table('three'))
  lines.length = 0
  assert.deepEqual(await migrate(database, ignore, { folder, log }), ['20300103000000_three.sql'])
  assert.match(lines.join('\n'), /^Adopted 1 migrations .*\n {2}20300102000000_two\.sql$/)
  lines.length = 0
  assert.deepEqual(await migrate(database, ignore, { folder, log }), [])
  assert.deepEqual(lines, [])

  writeFileSync(`${folder}/20300101000000_one.sql`, table('another'))
  await assert.rejects(
    migrate(database, ignore, { folder }),
    /one\.sql was edited after it was applied \(adopted\)/,
  )
})

test('a planned migration that dbmate alone applied is adopted with the current file', async (t) => {
  const { database, folder } = await migrated(t)
  const file = `${folder}/20300104000000_four.sql`
  writeFileSync(file, '-- migrate:up\nselect 1 / 0;\n-- migrate:down\n')
  await assert.rejects(migrate(database, ignore, { folder }), /22012/)
  writeFileSync(file, table('four'))
  assert.equal((await startBareDbmate(database, folder).ended).code, 0)
  assert.deepEqual(await migrate(database, ignore, { folder }), [])
  assert.deepEqual((await readStatus(database, folder)).adopted, ['20300104000000_four.sql'])
})

test('a check of migrations.sum reports the first edited, added or deleted file, and a merge conflict', (t) => {
  const folder = folderWith(t, FILES)
  assert.match(findSumProblem(folder) ?? '', /migrations\.sum is missing/)
  assert.equal(writeSum(folder), true)
  assert.equal(writeSum(folder), false)
  assert.equal(findSumProblem(folder), undefined)
  checkSum(folder)

  writeFileSync(`${folder}/20300101000000_one.sql`, table('other'))
  assert.match(findSumProblem(folder) ?? '', /^20300101000000_one\.sql was edited after/)
  assert.throws(() => checkSum(folder), { exitCode: 1, message: /run "make sum"/ })
  writeSum(folder)
  writeFileSync(`${folder}/20300102000000_two.sql`, table('two'))
  assert.match(findSumProblem(folder) ?? '', /^20300102000000_two\.sql is not in migrations\.sum/)
  writeSum(folder)
  rmSync(`${folder}/20300102000000_two.sql`)
  assert.match(
    findSumProblem(folder) ?? '',
    /^20300102000000_two\.sql is in migrations\.sum but not in migrations/,
  )
  writeFileSync(`${folder}/migrations.sum`, '<<<<<<< HEAD\na one\n=======\nb two\n>>>>>>> main\n')
  assert.match(findSumProblem(folder) ?? '', /merge conflict/)
})
