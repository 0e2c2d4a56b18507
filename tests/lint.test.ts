import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { lintMigrations } from '../db/lint/lint.ts'
import { LINT_SETTINGS } from '../db/lint/settings.ts'
import { type Options, readChange } from '../db/new/change.ts'
import { makeMigration } from '../db/new/make-migration.ts'
import { inRoot } from '../db/paths.ts'
import { cloneRepository } from './support/clone.ts'
import { temporaryFolder } from './support/files.ts'

/** A copy of the files that make new reads and writes. */
function copyOf(t: TestContext): string {
  const root = join(temporaryFolder(t), 'root')
  for (const path of ['migrations', 'db/access.ts', 'tests/rls'])
    cpSync(inRoot(path), join(root, path), { recursive: true })
  return root
}

/** Adds a migration; returns its findings, such as `M013:3`. */
async function found(t: TestContext, sql: string): Promise<string[]> {
  const folder = join(copyOf(t), 'migrations')
  writeFileSync(join(folder, '20990101000000_example.sql'), sql)
  return (await lintMigrations(folder)).map(({ file, line, rule }) => {
    assert.equal(file, 'migrations/20990101000000_example.sql')
    return `${rule}:${line}`
  })
}

test('migrations/ has no findings', async () => {
  assert.deepEqual(await lintMigrations(), [])
})

describe('the files of make new pass the lint without edits:', () => {
  const changes: readonly Options[] = [
    {},
    { rows: 'everybody' },
    { rows: 'server' },
    { owner: 'author_id' },
    { empty: true },
    { column: 'documents.language' },
    { check: 'documents.processing_status' },
    { check: 'documents.documents_filename_check' },
    { function: 'count_documents' },
    { function: 'private.count_documents' },
  ]
  for (const options of changes) {
    test(JSON.stringify(options), async (t) => {
      const root = copyOf(t)
      const before = readdirSync(join(root, 'migrations')).length
      await makeMigration('add_things', readChange(options), root)
      assert.ok(readdirSync(join(root, 'migrations')).length > before)
      assert.deepEqual(await lintMigrations(join(root, 'migrations')), [])
    })
  }

  for (const options of changes) {
    test(`${JSON.stringify(options)}, in a repository of a distributed database`, async (t) => {
      const root = copyOf(t)
      const settings = { ...LINT_SETTINGS, distributedBy: 'user_id' }
      await makeMigration('add_things', readChange(options), root, settings)
      const made = await lintMigrations(join(root, 'migrations'), settings)
      assert.deepEqual(
        made.filter(({ file }) => file.includes('add_things')),
        [],
      )
    })
  }

  test('and every template of a migration is among them', () => {
    const templates = readdirSync(inRoot('db', 'new', 'templates')).filter(
      (name) => !name.endsWith('-test.sql'),
    )
    assert.deepEqual(templates.sort(), [
      'check.sql',
      'column.sql',
      'empty.sql',
      'function.sql',
      'table-everybody.sql',
      'table-server.sql',
      'table.sql',
      'validate.sql',
    ])
  })
})

test('the rules know the roles of this project, and its tables', async (t) => {
  const sql = (up: string) => `-- migrate:up\n\n${up}\n\n-- migrate:down\n\n-- irreversible: an example\n`
  assert.deepEqual(await found(t, sql('grant select on table public.documents to anon;')), [
    'M021:3',
    'M011:3',
  ])
  assert.deepEqual(
    await found(t, sql('grant update (search_vector) on table public.documents to authenticated;')),
    [],
  )
  const column = 'alter table public.documents add column language text;'
  const grant = 'grant insert (language) on table public.documents to authenticated;'
  assert.deepEqual(await found(t, sql(`${column} ${grant}`)), ['M035:3'])
  assert.deepEqual(
    await found(t, sql('create index documents_filename_idx on public.documents (filename);')),
    ['M034:3'],
  )
})

test('squawk checks the up section and reports the lines of the file', async (t) => {
  const drops = 'alter table public.documents drop column filename;'
  assert.deepEqual(
    await found(t, `-- migrate:up\n\nselect 1;\n\n${drops}\n\n-- migrate:down\n\nselect 1;\n`),
    ['ban-drop-column:5'],
  )
  assert.deepEqual(await found(t, `-- migrate:up\n\nselect 1;\n\n-- migrate:down\n\n${drops}\n`), [])
})

test('an entry of db/lint/accepted.ts that accepts nothing is reported', async (t) => {
  const folder = join(copyOf(t), 'migrations')
  const file = join(folder, '20261101090100_create_user_profiles.sql')
  const pinned = readFileSync(file, 'utf8').replace(
    "security definer\n    set search_path = ''",
    'security definer\n    set search_path = pg_catalog, pg_temp',
  )
  writeFileSync(file, pinned)
  const findings = await lintMigrations(folder)
  assert.deepEqual(
    findings.map(({ file, message }) => `${file}: ${message}`),
    ['db/lint/accepted.ts: migrations/20261101090100_create_user_profiles.sql does not break M023'],
  )
})

test('a folder without migrations, or with a file that dbmate ignores', async (t) => {
  const folder = join(temporaryFolder(t), 'migrations')
  mkdirSync(folder)
  writeFileSync(
    join(folder, '20990101000000_example.SQL'),
    '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n',
  )
  const findings = await lintMigrations(folder)
  assert.ok(findings.some(({ rule, file }) => rule === 'M003' && file.endsWith('.SQL')))
})

test('the command prints file, line and rule, exits with 1, and starts no server', (t) => {
  const { folder, make } = cloneRepository(t)
  assert.equal(make('-s', '.build/.built').code, 0)
  const lint = (...args: string[]) =>
    spawnSync('node', ['.build/lint.mjs', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
    })
  assert.equal(lint().status, 0)
  assert.equal(lint('--json').stdout, '[]\n')
  writeFileSync(
    join(folder, 'migrations', '20990101000000_example.sql'),
    '-- migrate:up\n\nset role anon;\n\n-- migrate:down\n\nselect 1;\n',
  )
  const { status, stdout, stderr } = lint()
  assert.equal(status, 1)
  assert.match(stdout, /^migrations\/20990101000000_example\.sql:3: M005 /)
  assert.match(stderr, /1 found in migrations/)
  const [finding] = JSON.parse(lint('--json').stdout)
  assert.deepEqual(Object.keys(finding), ['rule', 'file', 'line', 'message', 'advice'])
})
