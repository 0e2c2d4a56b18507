import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { type Base, findBase, withFilesAt } from '../db/base.ts'
import { changedJudges, SCHEMA_FOLDERS, schemaFilesAreAt } from '../db/mutants/changed-files.ts'
import { temporaryFolder } from './support/files.ts'
import { gitIn } from './support/git.ts'

const MIGRATION = 'migrations/20260101000000_first.sql'

/** A repository with one migration and one file of bootstrap, committed on main. */
function repository(t: TestContext) {
  const root = temporaryFolder(t)
  const git = gitIn(root)
  const commit = (message: string) => {
    git('add', '--all')
    git('commit', '--quiet', '--message', message)
    return git('rev-parse', 'HEAD')
  }
  for (const folder of ['migrations', 'db/bootstrap', 'tests/rls'])
    mkdirSync(`${root}/${folder}`, { recursive: true })
  writeFileSync(`${root}/${MIGRATION}`, 'select 1;\n')
  writeFileSync(`${root}/db/bootstrap/01-roles.sql`, 'select 2;\n')
  writeFileSync(`${root}/tests/rls/first.sql`, 'select 3;\n')
  git('init', '--quiet', '--initial-branch=main')
  const first = commit('First')
  return { root, git, commit, first }
}

function baseOf(asked: string | undefined, root: string): Base {
  const base = findBase(asked, root)
  assert.ok(!('missing' in base), 'missing' in base ? base.missing : '')
  return base
}

test('the base is the merge base with main', (t) => {
  const { root, git, commit, first } = repository(t)
  git('checkout', '--quiet', '-b', 'work')
  writeFileSync(`${root}/README.md`, 'work\n')
  commit('Work')
  assert.deepEqual(baseOf(undefined, root), { root, commit: first, name: `main (${first.slice(0, 7)})` })
})

test('origin/main is preferred to main, so commits of main that were not pushed are changes', (t) => {
  const { root, git, commit, first } = repository(t)
  git('update-ref', 'refs/remotes/origin/main', first)
  writeFileSync(`${root}/README.md`, 'work\n')
  commit('Work')
  assert.equal(baseOf(undefined, root).name, `origin/main (${first.slice(0, 7)})`)
})

test('BASE names another commit, and one that git does not know is an error of the caller', (t) => {
  const { root, commit } = repository(t)
  writeFileSync(`${root}/README.md`, 'work\n')
  const second = commit('Second')
  assert.equal(baseOf('HEAD', root).commit, second)
  assert.throws(() => findBase('nothing', root), { exitCode: 2, message: /BASE is "nothing"/ })
  assert.throws(() => findBase('--all', root), { exitCode: 2 })
})

test('without a git repository or main, the reason is reported', (t) => {
  const { root, git } = repository(t)
  git('branch', '--move', 'other')
  assert.match(Object.values(findBase(undefined, root)).join(), /no common commit with origin\/main or main/)
  assert.match(Object.values(findBase(undefined, temporaryFolder(t))).join(), /git answers "fatal: not a git/)
  assert.match(Object.values(findBase(undefined, `${root}/tests`)).join(), /not the root of a git repository/)
})

test('a migration that is edited, added or removed is a change, committed or not', (t) => {
  const { root, git, commit } = repository(t)
  const base = baseOf('HEAD', root)
  assert.equal(schemaFilesAreAt(base), true)
  writeFileSync(`${root}/migrations/20260102000000_second.sql`, 'select 4;\n')
  assert.equal(schemaFilesAreAt(base), false)
  commit('Second')
  assert.equal(schemaFilesAreAt(base), false)
  const second = baseOf('HEAD', root)
  assert.equal(schemaFilesAreAt(second), true)
  appendFileSync(`${root}/db/bootstrap/01-roles.sql`, 'select 5;\n')
  assert.equal(schemaFilesAreAt(second), false)
  git('checkout', '--quiet', 'db')
  git('rm', '--quiet', MIGRATION)
  assert.equal(schemaFilesAreAt(second), false)
})

test('files are read as they were at the base', async (t) => {
  const { root, first } = repository(t)
  appendFileSync(`${root}/${MIGRATION}`, 'select 6;\n')
  await withFilesAt(baseOf(first, root), [...SCHEMA_FOLDERS, 'docs'], async (folder) => {
    assert.equal(readFileSync(`${folder}/${MIGRATION}`, 'utf8'), 'select 1;\n')
    assert.deepEqual(readdirSync(folder).toSorted(), ['db', 'migrations'])
  })
})

test('changed files of the judge are listed', (t) => {
  const { root, commit } = repository(t)
  const base = baseOf('HEAD', root)
  assert.deepEqual(changedJudges(base), [])
  appendFileSync(`${root}/tests/rls/first.sql`, 'select 7;\n')
  commit('Judge')
  writeFileSync(`${root}/tests/rls/second.sql`, 'select 8;\n')
  assert.deepEqual(changedJudges(base), ['tests/rls/first.sql', 'tests/rls/second.sql'])
})
