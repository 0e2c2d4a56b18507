import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { Base } from '../db/base.ts'
import { inRoot } from '../db/paths.ts'
import { findBrokenQueries } from '../db/previous-release/check.ts'
import { findRelease } from '../db/previous-release/find.ts'
import { bootstrappedDatabase } from './migrations/databases.ts'
import { temporaryFolder } from './support/files.ts'
import { gitIn } from './support/git.ts'

/** A repository whose last tag has the current schema, with a commit after it. */
function tagged(t: TestContext): { migrations: string; release: Base } {
  const folder = temporaryFolder(t)
  const migrations = `${folder}/migrations`
  cpSync(inRoot('migrations'), migrations, { recursive: true })
  mkdirSync(`${folder}/types`)
  cpSync(inRoot('types', 'contract.json'), `${folder}/types/contract.json`)
  const git = gitIn(folder)
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message=released')
  git('tag', 'v1.0.0')
  git('commit', '--quiet', '--allow-empty', '--message=after')
  const release = findRelease(undefined, folder)
  assert.ok('commit' in release)
  assert.match(release.name, /^v1\.0\.0 /)
  return { migrations, release }
}

/** The queries that files with these statements break after the release. */
async function brokenBy(
  t: TestContext,
  { migrations, release }: ReturnType<typeof tagged>,
  ...sections: string[]
): Promise<string[]> {
  for (const [n, sql] of sections.entries())
    writeFileSync(`${migrations}/2099010100000${n}_next.sql`, `-- migrate:up\n${sql}\n-- migrate:down\n`)
  return findBrokenQueries(await bootstrappedDatabase(t), release, migrations)
}

test('the queries of the previous release work on the current schema, or a migration says that they are no longer used', async (t) => {
  const release = findRelease(process.env.BASE || undefined)
  if ('missing' in release) return t.skip(release.missing)
  t.diagnostic(`since ${release.name}`)
  assert.deepEqual(await findBrokenQueries(await bootstrappedDatabase(t), release), [])
})

const BREAKS: readonly [sql: string, said: RegExp][] = [
  ['drop function public.search_chunks(text, integer);', /search_chunks.*does not exist/],
  [
    'alter table public.agent_sessions drop column context_state;',
    /authenticated: select.*context_state.*does not exist/,
  ],
  [
    'alter table public.documents rename column file_type to kind;',
    /authenticated: explain insert.*file_type.*does not exist/,
  ],
  [
    'revoke update (name) on public.user_profiles from authenticated;',
    /authenticated: explain update.*permission denied/,
  ],
  [
    'revoke delete on public.documents from authenticated;',
    /authenticated: explain delete.*permission denied/,
  ],
  [
    'alter table public.documents add column more text not null;',
    /insert into documents: the new column more must be given/,
  ],
  ['alter table public.user_profiles alter column usage_count type bigint;', /usage_count has another type/],
]
test('each change that breaks a query of the last tag is found', async (t) => {
  const broken = await brokenBy(t, tagged(t), BREAKS.map(([sql]) => sql).join('\n'))
  for (const [sql, said] of BREAKS)
    assert.ok(
      broken.some((line) => said.test(line)),
      `${sql} in\n${broken.join('\n')}`,
    )
})

test('an addition breaks nothing, and the last step of a change may break the queries that it removes', async (t) => {
  const site = tagged(t)
  assert.deepEqual(await brokenBy(t, site, 'alter table public.documents add column kind text;'), [])
  const contract =
    '-- contract: nothing reads it since 2.0\nalter table public.agent_sessions drop column context_state;'
  assert.deepEqual(await brokenBy(t, site, contract), [])
})

test('the mark for the last step of a change applies only to its own migration', async (t) => {
  const [first = '', second = ''] = BREAKS.map(([sql]) => sql)
  const broken = await brokenBy(t, tagged(t), `-- contract: nobody calls it\n${first}`, second)
  assert.ok(broken.length > 0)
  for (const line of broken) assert.match(line, /^20990101000001_next\.sql: .*context_state/)
})
