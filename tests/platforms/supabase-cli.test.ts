import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, type TestContext, test } from 'node:test'
import { type ConnectionString, withDatabase, withLogin } from 'postgres-kit/connection-string.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { INTENT, TABLES } from '../../db/access.ts'
import { bootstrap } from '../../db/bootstrap.ts'
import { findDrift } from '../../db/drift/drift.ts'
import { listMigrations, readMigration } from '../../db/migrations/files.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { rollback } from '../../db/migrations/rollback.ts'
import { readStatus } from '../../db/migrations/status.ts'
import { writeSupabaseFiles } from '../../db/migrations/supabase-files.ts'
import { findVerifyProblems } from '../../db/migrations/verify.ts'
import { inRoot } from '../../db/paths.ts'
import { withSupabaseServer } from '../../db/platforms/shaped-server.ts'
import { findScratch } from '../../db/scratch.ts'
import { maintenance } from '../../db/target.ts'
import { answer, bootstrappedDatabase, folderWith } from '../migrations/databases.ts'
import { startBareDbmate } from '../migrations/processes.ts'
import { useHeld } from '../support/held.ts'
import { compareLines } from '../types/differences.ts'
import { type CliProject, cliProject, installCli } from './supabase-cli.ts'

const FILES = listMigrations()
const VERSIONS = FILES.map(({ version }) => version)
const NEW = '20300101000000'
const tags = (name: string, options = '') =>
  `-- migrate:up${options}\ncreate table public.${name} ();\n-- migrate:down${options}\ndrop table public.${name};\n`

const installed = installCli()
const skip = 'missing' in installed && !process.env.CI ? installed.missing : false
const ignore = () => {}

describe('together with the Supabase CLI, on a server that imitates Supabase,', { skip }, () => {
  const server = useHeld<ConnectionString>((use) => withSupabaseServer(ignore, use))

  /** An empty project on the platform. */
  async function emptyProject(): Promise<ConnectionString> {
    const database = withDatabase(server(), `empty_${randomBytes(6).toString('hex')}`)
    await withOwnerClient(server(), (client) => client.query(`create database ${database.database}`))
    const admin = withLogin(database, 'supabase_admin', decodeURIComponent(database.url.password))
    await withOwnerClient(admin, (client) => bootstrap(client, 'supabase'))
    return database
  }

  function project(t: TestContext): CliProject {
    assert.ok('program' in installed, JSON.stringify(installed))
    return cliProject(t, installed.program)
  }

  test('files pushed by the CLI are adopted, and none runs twice', async (t) => {
    const database = await emptyProject()
    const { cli } = project(t)
    const pushed = cli(database, 'db', 'push')
    assert.equal(pushed.code, 0, pushed.stderr)
    assert.doesNotMatch(pushed.stderr + pushed.stdout, /warn|deprecat|unknown/i)
    assert.equal(pushed.stderr.match(/^Applying migration /gm)?.length, FILES.length)

    // The down section is not pushed, because the CLI would run it.
    const { pending, applied } = await readStatus(database)
    assert.deepEqual([applied.length, pending], [FILES.length, []])
    assert.match((await findVerifyProblems(database)).problems.join(), /applied without this ledger/)
    const lines: string[] = []
    assert.deepEqual(await migrate(database, ignore, { log: (line) => lines.push(line) }), [])
    assert.match(lines.join('\n'), new RegExp(`^Adopted ${FILES.length} migrations `))
    assert.deepEqual(await findVerifyProblems(database), { applied: FILES.length, problems: [] })
    assert.deepEqual(await migrate(database, ignore, { log: (line) => lines.push(line) }), [])
    assert.equal(lines.length, FILES.length + 1)
    assert.deepEqual(await findDrift(database, maintenance(await findScratch())), [])
    assert.match(cli(database, 'db', 'push').stdout, /is up to date/)
  })

  test('the CLI considers migrated files applied, with the same rows as its own', async (t) => {
    const [migrated, pushed] = [await emptyProject(), await emptyProject()]
    const { cli } = project(t)
    assert.equal((await migrate(migrated, ignore)).length, FILES.length)
    assert.match(cli(migrated, 'db', 'push').stdout, /is up to date/)
    assert.deepEqual(remoteVersions(cli(migrated, 'migration', 'list').stdout), VERSIONS)
    assert.equal(cli(pushed, 'db', 'push').code, 0)
    const rows = (database: ConnectionString) =>
      answer(
        database,
        'select array_agg(ledger order by version)::text as answer from supabase_migrations.schema_migrations as ledger',
      )
    assert.equal(await rows(migrated), await rows(pushed))
    const columns = (database: ConnectionString) =>
      answer(
        database,
        `select string_agg(concat_ws(' ', attname, atttypid::regtype, attnotnull), ', ' order by attnum) as answer
         from pg_attribute where attrelid = 'supabase_migrations.schema_migrations'::regclass and attnum > 0`,
      )
    assert.equal(await columns(migrated), await columns(pushed))
  })

  test('either tool can apply new migrations, and a rollback removes them from both ledgers', async (t) => {
    const database = await emptyProject()
    const { folder, migrations, cli } = project(t)
    const add = async (version: number, text: string) => {
      writeFileSync(`${migrations}/${version}_add_tags.sql`, text)
      await writeSupabaseFiles(folder)
    }
    const versions = () => remoteVersions(cli(database, 'migration', 'list').stdout)
    await migrate(database, ignore, { folder: migrations })
    const first = Number(NEW)
    await add(first, tags('first'))
    assert.match(cli(database, 'db', 'push').stderr, new RegExp(`Applying migration ${first}_add_tags`))
    await add(first + 1, tags('second'))
    await add(first + 2, tags('third', ' transaction:false'))
    assert.deepEqual(await migrate(database, ignore, { folder: migrations }), [
      `${first + 1}_add_tags.sql`,
      `${first + 2}_add_tags.sql`,
    ])
    assert.match(cli(database, 'db', 'push').stdout, /is up to date/)
    assert.deepEqual(versions(), [...VERSIONS, `${first}`, `${first + 1}`, `${first + 2}`])
    await add(first + 3, tags('fourth'))
    assert.equal(cli(database, 'db', 'push').code, 0)

    // In this order: one applied by the CLI and not adopted yet, one without a transaction, one with a transaction.
    for (const left of [3, 2, 1]) {
      await rollback(database, { folder: migrations })
      assert.deepEqual(versions().length, VERSIONS.length + left)
    }
    assert.deepEqual((await readStatus(database, migrations)).pending.length, 3)
    assert.equal(await answer(database, "select to_regclass('public.second') is null as answer"), true)
    assert.equal(cli(database, 'db', 'push').code, 0)
    assert.deepEqual(await migrate(database, ignore, { folder: migrations }), [])
    assert.deepEqual((await findVerifyProblems(database, migrations)).applied, VERSIONS.length + 4)
  })

  test('a failed migration is in neither ledger', async (t) => {
    const database = await emptyProject()
    const { migrations, cli } = project(t)
    await migrate(database, ignore, { folder: migrations })
    writeFileSync(`${migrations}/${NEW}_broken.sql`, `${tags('broken').replace(';', ';\nselect 1 / 0;')}`)
    await assert.rejects(migrate(database, ignore, { folder: migrations }), /22012/)
    assert.deepEqual(remoteVersions(cli(database, 'migration', 'list').stdout), VERSIONS)
    assert.deepEqual((await readStatus(database, migrations)).pending, [`${NEW}_broken.sql`])
  })

  test('known bad: the CLI applies files again that are not in its ledger; make verify reports that, and make migrate fixes it', async (t) => {
    const database = await emptyProject()
    const { cli } = project(t)
    await migrate(database, ignore)
    await withOwnerClient(database, (client) => client.query('drop schema supabase_migrations cascade'))
    const again = cli(database, 'db', 'push')
    assert.notEqual(again.code, 0)
    assert.match(again.stderr, /42P06/)
    assert.match(
      (await findVerifyProblems(database)).problems.join(),
      /"supabase db push" would apply it again/,
    )
    const lines: string[] = []
    assert.deepEqual(await migrate(database, ignore, { log: (line) => lines.push(line) }), [])
    assert.deepEqual(lines, [`Wrote ${FILES.length} applied migrations into the Supabase CLI's ledger`])
    assert.match(cli(database, 'db', 'push').stdout, /is up to date/)
  })

  test('known bad: the CLI runs and records a file with its down section, which leaves nothing', async (t) => {
    const database = await emptyProject()
    const { folder, cli } = project(t)
    rmSync(`${folder}/supabase/migrations`, { recursive: true })
    await writeSupabaseFiles(folder)
    const [first] = FILES
    assert.ok(first)
    writeFileSync(`${folder}/supabase/migrations/${first.name}`, readMigration(first))
    cli(database, 'db', 'push')
    assert.equal(await answer(database, "select to_regnamespace('private') is null as answer"), true)
    assert.deepEqual(remoteVersions(cli(database, 'migration', 'list').stdout), VERSIONS.slice(0, 1))
  })

  test("a version only in the CLI's ledger, and one that dbmate alone rolled back, are refused", async (t) => {
    const database = await emptyProject()
    const { folder, migrations } = project(t)
    writeFileSync(`${migrations}/${NEW}_add_tags.sql`, tags('first'))
    await migrate(database, ignore, { folder: migrations })
    const { code, output } = await startBareDbmate(database, migrations, {}, 'rollback').ended
    assert.equal(code, 0, output)
    const refused =
      /add_tags\.sql was undone by dbmate alone.*supabase migration repair --status=reverted 20300101000000/
    await assert.rejects(migrate(database, ignore, { folder: migrations }), { exitCode: 1, message: refused })
    rmSync(`${migrations}/${NEW}_add_tags.sql`)
    await assert.rejects(migrate(database, ignore, { folder: migrations }), {
      exitCode: 1,
      message: /20300101000000 was applied by the Supabase CLI, and migrations\/ has no such file/,
    })
    assert.ok(folder)
  })

  test('db reset gives the same schema, which is adopted', async (t) => {
    const database = await emptyProject()
    const { cli } = project(t)
    await migrate(database, ignore)
    await withOwnerClient(database, (client) => client.query('create table public.more ()'))
    const reset = cli(database, 'db', 'reset')
    assert.equal(reset.code, 0, reset.stderr)
    assert.doesNotMatch(reset.stderr + reset.stdout, /warn/i)
    assert.deepEqual(await migrate(database, ignore), [])
    assert.deepEqual(await findVerifyProblems(database), { applied: FILES.length, problems: [] })
    assert.deepEqual(await findDrift(database, maintenance(await findScratch())), [])
  })

  test("the CLI's advisors find nothing, and its types equal Database except for the differences in docs/types.md", async (t) => {
    const database = await emptyProject()
    const { cli } = project(t)
    await migrate(database, ignore)
    const advice = cli(database, 'db', 'advisors')
    assert.match(advice.stdout + advice.stderr, /No issues found/)
    const hints: { name: string }[] = JSON.parse(cli(database, 'db', 'advisors', '--level=info').stdout)
    // The indexes of search are still unused, and a table only for the server has no policy.
    const ofServer = Object.values(INTENT.tables).some(({ rows }) => rows === 'server')
    assert.deepEqual([...new Set(hints.map(({ name }) => name))].sort(), [
      ...(ofServer ? ['rls_enabled_no_policy'] : []),
      'unused_index',
    ])

    const printed = cli(database, 'gen', 'types', '--schema', 'public')
    assert.equal(printed.code, 0, printed.stderr)
    const theirs = linesOf(printed.stdout)
    const computed = theirs.filter((line) => line === 'ComputedFields: never')
    assert.equal(computed.length, Object.keys(TABLES).length)
    assert.match(readFileSync(inRoot('docs', 'types.md'), 'utf8'), /`ComputedFields: never`/)
    const ours = linesOf(readFileSync(inRoot('types', 'src', 'generated', 'supabase.d.ts'), 'utf8'))
    const met = compareLines(
      theirs.filter((line) => line !== 'ComputedFields: never'),
      ours,
    )
    assert.ok(met.length > 0)
  })

  test('the CLI also works on a plain PostgreSQL, and make drift ignores its ledger', async (t) => {
    const database = await bootstrappedDatabase(t)
    const { cli } = project(t)
    const { code, stderr } = cli(database, 'db', 'push')
    assert.equal(code, 0, stderr)
    assert.deepEqual(await migrate(database, ignore), [])
    assert.deepEqual(await findVerifyProblems(database), { applied: FILES.length, problems: [] })
    assert.deepEqual(await findDrift(database, maintenance(await findScratch())), [])
  })

  test('both tools keep an extension that was enabled before, and a rollback does not drop it', async (t) => {
    const { cli } = project(t)
    const there =
      "select string_agg(nspname, ', ') as answer from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'btree_gin'"
    const pushed = await emptyProject()
    const create = 'create extension btree_gin with schema extensions'
    await withOwnerClient(pushed, (client) => client.query(create))
    const { code, stderr } = cli(pushed, 'db', 'push')
    assert.equal(code, 0, stderr)

    const migrated = await emptyProject()
    const elsewhere = create.replace('extensions', 'public')
    await withOwnerClient(migrated, (client) => client.query(elsewhere))
    const lines: string[] = []
    const log = (line: string) => lines.push(line)
    assert.equal((await migrate(migrated, ignore, { log })).length, FILES.length)
    assert.deepEqual(lines, [
      'extension btree_gin exists already, in schema public, and stays there. The migrations would create it in extensions',
    ])

    const fresh = await emptyProject()
    const [first] = FILES
    assert.ok(first)
    const folder = folderWith(t, { [first.name]: readMigration(first) })
    await withOwnerClient(fresh, (client) => client.query(create))
    await migrate(fresh, ignore, { folder })
    await rollback(fresh, { folder })
    assert.deepEqual((await readStatus(fresh, folder)).applied, [])
    assert.equal(await answer(fresh, there), 'extensions')
    // If the migration created the extension, its rollback drops it.
    await withOwnerClient(fresh, (client) => client.query('drop extension btree_gin'))
    await migrate(fresh, ignore, { folder })
    await rollback(fresh, { folder })
    assert.equal(await answer(fresh, there), null)
  })

  test("git ignores the CLI's other files", () => {
    const { status } = spawnSync('git', ['check-ignore', 'supabase/.temp/cli-latest'], { cwd: inRoot() })
    assert.equal(status, 0)
  })
})

test('make migrate creates no ledger of the Supabase CLI on a plain PostgreSQL', async (t) => {
  const database = await bootstrappedDatabase(t)
  await migrate(database, ignore)
  assert.deepEqual(await findVerifyProblems(database), { applied: FILES.length, problems: [] })
  assert.equal(
    await answer(database, "select to_regnamespace('supabase_migrations') is null as answer"),
    true,
  )
})

/** The column "Remote" of `migration list`. */
function remoteVersions(table: string): string[] {
  return [...table.matchAll(/^\s*[^|\n]*\|\s*`(\d+)`\s*\|/gm)].map(([, version]) => version ?? '')
}

/** The declarations up to the type Database in a normal form, with one property per line. */
function linesOf(printed: string): string[] {
  const [database = ''] = printed.split(/^(?:export )?type DatabaseWithoutInternals/m)
  const spread = database.replace(/^\/\/.*$/gm, '').replaceAll(/\{(?! \[key)/g, '{\n')
  const { stdout, stderr } = spawnSync(
    inRoot('node_modules', '.bin', 'biome'),
    ['format', '--stdin-file-path=database.ts', '--line-width=320', '--semicolons=as-needed'],
    { cwd: inRoot(), input: spread, encoding: 'utf8' },
  )
  assert.notEqual(stdout, '', stderr)
  return stdout.split('\n').map((line) => line.trim().replaceAll("'", '"'))
}
