import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { listMigrations } from '../db/migrations/files.ts'
import { migrationState } from '../db/migrations/state.ts'
import { inRoot } from '../db/paths.ts'
import { changedTogether } from '../db/plan/intent-commit.ts'
import { isCommitted, lockBudget } from '../db/plan/lock-budget.ts'
import { type Plan, plan } from '../db/plan/plan.ts'
import { planAsMarkdown, planAsText } from '../db/plan/show.ts'
import { findScratch } from '../db/scratch.ts'
import { maintenance } from '../db/target.ts'
import { bootstrappedDatabase } from './migrations/databases.ts'
import { afterTest } from './support/after-test.ts'
import { useTestDatabase } from './support/database.ts'
import { temporaryFolder } from './support/files.ts'
import { gitIn } from './support/git.ts'

const NAME = '20990101000000_example.sql'
const database = useTestDatabase()

/** A copy of migrations/ with one more. */
function folderWith(t: TestContext, up: string, transaction = true): string {
  const folder = join(temporaryFolder(t), 'migrations')
  cpSync(inRoot('migrations'), folder, { recursive: true })
  const marker = `-- migrate:up${transaction ? '' : ' transaction:false'}`
  writeFileSync(join(folder, NAME), `${marker}\n\n${up}\n\n-- migrate:down\n\n-- irreversible: an example\n`)
  return folder
}

async function server() {
  return maintenance(await findScratch())
}

async function planOf(t: TestContext, up: string, transaction = true): Promise<Plan> {
  return plan(database().connection, await server(), folderWith(t, up, transaction))
}

test('with nothing pending, the plan says so', async () => {
  const found = await plan(database().connection, await server())
  assert.deepEqual(found.files, [])
  assert.deepEqual(found.problems, [])
  assert.match(planAsText(found), /^Nothing is pending: .+ is up to date$/)
})

test('before the first deploy, the plan has every migration and no problem', async (t) => {
  const found = await plan(await bootstrappedDatabase(t), await server())
  assert.deepEqual(
    found.files.map(({ file }) => file),
    listMigrations().map(({ name }) => `migrations/${name}`),
  )
  assert.deepEqual(found.problems, [])
})

test('a plan lists statements, schema, access, locks and types, and does not change the database', async (t) => {
  const up = [
    'grant update (plan_type) on table public.user_profiles to authenticated;',
    '',
    'alter table public.documents alter column file_size type numeric;',
  ].join('\n')
  const found = await planOf(t, up)
  const text = planAsText(found)
  for (const line of [
    `migrations/${NAME}`,
    '    line 3: grant update (plan_type) on table public.user_profiles to authenticated',
    '    line 5: alter table public.documents alter column file_size type numeric',
    '    column public.documents.file_size: type was bigint, is numeric',
    '    new grant authenticated: update on column public.user_profiles.plan_type',
    '    authenticated may now update public.user_profiles (plan_type): (user_id = ( SELECT auth.uid() AS uid))',
    '    major: documents.file_size was bigint, is numeric',
  ])
    assert.ok(text.split('\n').includes(line), `${line} in\n${text}`)
  assert.match(
    text,
    /public\.documents: ACCESS EXCLUSIVE \(readers and writers wait\) from statement 2 to the end, \d+ ms here, while every row of public\.documents is read; every row is written again/,
  )
  const markdown = planAsMarkdown(found)
  assert.match(markdown, /^## What the migrations do\n/)
  assert.match(markdown, /\n> \*\*Problem:\*\* /)
  assert.match(markdown, /\n- authenticated may now update public\.user\\_profiles \(plan\\_type\)/)
  assert.deepEqual(JSON.parse(JSON.stringify(found)).files[0].statements[0].line, 3)
  assert.deepEqual((await migrationState(database().connection)).pending, [])
  const { rows } = await database().owner.query(
    "select has_column_privilege('authenticated', 'public.user_profiles', 'plan_type', 'update') as granted",
  )
  assert.deepEqual(rows, [{ granted: false }])
})

test('a plan for a database that was changed by hand lists the changes that it does not include, also in Markdown', async (t) => {
  const { owner, connection } = database()
  const planNow = async () => planOf(t, 'alter table public.documents add column more text;')
  assert.deepEqual((await planNow()).drifted, [])
  await owner.query('create policy open on public.agent_requests for select to anon using (true)')
  afterTest(t, () => owner.query('drop policy open on public.agent_requests'))
  const found = await planNow()
  assert.deepEqual(found.drifted, ['new policy open on public.agent_requests'])
  assert.match(
    planAsText(found),
    /differs from its migrations.*"make drift"\n {4}new policy open on public\.agent_requests\n/,
  )
  assert.match(planAsMarkdown(found), /differs from its migrations.*\n\n- new policy open on/)
  assert.deepEqual((await plan(connection, await server())).drifted, [])
})

describe('a migration that widens access', () => {
  const GRANT = 'grant update (plan_type) on table public.user_profiles to authenticated;'

  test('is a problem if it gives no reason', async (t) => {
    const { problems } = await planOf(t, GRANT)
    assert.equal(problems.length, 1)
    assert.match(
      problems[0] ?? '',
      /gives more access \(authenticated may now update public\.user_profiles \(plan_type\)/,
    )
    assert.match(problems[0] ?? '', /does not say so: write "-- widens access: why"/)
  })

  test('is no problem if it gives a reason', async (t) => {
    const found = await planOf(t, `-- widens access: users choose their plan themselves\n${GRANT}`)
    assert.deepEqual(found.problems, [])
    assert.match(planAsText(found), /widens access: users choose their plan themselves/)
  })

  test('is a problem if SQL built at run time grants the access', async (t) => {
    const sql =
      "do $$ begin execute format('grant select on %I.documents to anon', 'public'); execute 'create policy x on public.documents to anon using (length(filename) > 0)'; end $$;"
    const { problems } = await planOf(t, sql)
    assert.match(problems[0] ?? '', /anon may now select public\.documents/)
  })

  test('is a problem if a trigger that checks or fills rows is disabled, and asks for no other intent', async (t) => {
    const sql = 'alter table public.documents disable trigger all;'
    const { problems } = await planOf(t, sql)
    assert.equal(problems.length, 1)
    assert.match(
      problems[0] ?? '',
      /authenticated may now write past .+, and \d+ more\) and does not say so: write "-- widens access: why"/,
    )
    const stated = await planOf(t, `-- widens access: rows are loaded that were checked before\n${sql}`)
    assert.deepEqual(stated.problems, [])
  })

  test('is no problem if the table is new and users see their own rows', async (t) => {
    const sql = `create table public.notes (user_id uuid primary key default auth.uid());
      revoke all on table public.notes from public, anon, authenticated, service_role;
      alter table public.notes enable row level security;
      create policy notes_select_own on public.notes for select to authenticated using (user_id = (select auth.uid()));
      grant select on table public.notes to authenticated;`
    const found = await planOf(t, sql)
    assert.deepEqual(found.problems, [])
    assert.equal(found.contract.level, 'minor')
  })
})

test('a plan includes an index that is created concurrently', async (t) => {
  const { files } = await planOf(
    t,
    'create index concurrently documents_filename_idx on public.documents (filename);',
    false,
  )
  assert.equal(files[0]?.transaction, false)
  assert.deepEqual(
    files[0]?.locks.map(({ object, mode }) => `${object} ${mode}`),
    ['public.documents ShareUpdateExclusiveLock'],
  )
})

test('a migration that fails is reported with its line and SQLSTATE', async (t) => {
  await assert.rejects(planOf(t, 'select 1;\n\nselect 1 / 0;'), {
    exitCode: 1,
    message: /^migrations\/20990101000000_example\.sql:5: division by zero \(SQLSTATE 22012\)/,
  })
  await assert.rejects(planOf(t, 'selec 1;'), { exitCode: 1, message: /example\.sql:3: syntax error/ })
})

describe('migration and intent change together', () => {
  function repository(t: TestContext): {
    root: string
    write: (path: string) => void
    together: () => boolean | undefined
  } {
    const root = temporaryFolder(t)
    for (const folder of ['migrations', 'db']) mkdirSync(join(root, folder))
    gitIn(root)('init', '-q')
    writeFileSync(join(root, 'db', 'access.ts'), '1')
    gitIn(root)('add', '.')
    gitIn(root)('commit', '-qm', 'first')
    return {
      root,
      write: (path) => writeFileSync(join(root, path), '2'),
      together: () => changedTogether(root, `migrations/${NAME}`, 'db/access.ts'),
    }
  }

  test('before a commit, if both are changed', (t) => {
    const { write, together } = repository(t)
    write(`migrations/${NAME}`)
    assert.equal(together(), false)
    write('db/access.ts')
    assert.equal(together(), true)
  })

  test('in a commit that contains both', (t) => {
    const { root, write, together } = repository(t)
    write(`migrations/${NAME}`)
    gitIn(root)('add', '.')
    gitIn(root)('commit', '-qm', 'migration')
    assert.equal(together(), false)
    write('db/access.ts')
    gitIn(root)('commit', '-qam', 'intent')
    assert.equal(together(), false, 'the intent changed later')
  })

  test('in a commit with both, and outside of git', (t) => {
    const { root, write, together } = repository(t)
    write(`migrations/${NAME}`)
    write('db/access.ts')
    gitIn(root)('add', '.')
    gitIn(root)('commit', '-qm', 'both')
    assert.equal(together(), true)
    assert.equal(changedTogether(temporaryFolder(t), `migrations/${NAME}`, 'db/access.ts'), undefined)
  })
})

test('docs/locks.md matches the migrations, and changes with a migration that rewrites a table', async (t) => {
  const text = await lockBudget(await server())
  assert.ok(isCommitted(text), 'run "make locks"')
  const worse = await lockBudget(
    await server(),
    folderWith(t, 'alter table public.documents alter column file_size type numeric;'),
  )
  assert.ok(!isCommitted(worse))
  assert.deepEqual(
    worse.split('\n').filter((line) => !text.split('\n').includes(line)),
    [
      `| ${NAME} | public.documents | ACCESS EXCLUSIVE: readers and writers wait | every row of it is written again; every row is read of public.documents |`,
    ],
  )
})
