import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { checkSupabaseFiles, writeSupabaseFiles } from '../../db/migrations/supabase-files.ts'
import { temporaryFolder } from '../support/files.ts'

const FIRST = '20300101000000_first.sql'

/** A repository with one migration. */
function repository(t: TestContext): {
  root: string
  file: string
  write: (text: string, name?: string) => void
} {
  const root = temporaryFolder(t)
  mkdirSync(`${root}/migrations`)
  const write = (text: string, name = FIRST) => writeFileSync(`${root}/migrations/${name}`, text)
  write('-- migrate:up\r\ncreate table public.one ();\r\n\r\n-- migrate:down\r\ndrop table public.one;\r\n')
  return { root, file: `${root}/supabase/migrations/${FIRST}`, write }
}

test('a file for the Supabase CLI has the timeouts and the up section, with the same line ends on every machine', async (t) => {
  const { root, file, write } = repository(t)
  assert.equal(await writeSupabaseFiles(root), true)
  assert.equal(
    readFileSync(file, 'utf8'),
    `-- Made by "make sum" from migrations/${FIRST}; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

create table public.one ();
`,
  )
  assert.equal(await writeSupabaseFiles(root), false)
  write("-- migrate:up\n-- lock_timeout: it's\ncreate extension hstore;\n-- migrate:down\n")
  await writeSupabaseFiles(root)
  assert.match(readFileSync(file, 'utf8'), /^set lock_timeout = 'it''s';$/m)
  assert.match(readFileSync(file, 'utf8'), /^create extension if not exists hstore;$/m)
})

test('edited, missing and additional files are reported and fixed', async (t) => {
  const { root, file, write } = repository(t)
  const stale = {
    exitCode: 1,
    message: /^supabase\/migrations\/2030010\d000000_\w+\.sql differs from .*make sum/,
  }
  await assert.rejects(checkSupabaseFiles(root), stale)
  await writeSupabaseFiles(root)
  await checkSupabaseFiles(root)
  writeFileSync(file, readFileSync(file, 'utf8').replace('public.one', 'public.two'))
  await assert.rejects(checkSupabaseFiles(root), stale)
  await writeSupabaseFiles(root)
  write('-- migrate:up\nselect 1;\n-- migrate:down\n', '20300102000000_second.sql')
  await assert.rejects(checkSupabaseFiles(root), stale)
  await writeSupabaseFiles(root)
  rmSync(`${root}/migrations/${FIRST}`)
  await assert.rejects(checkSupabaseFiles(root), stale)
  await writeSupabaseFiles(root)
  assert.deepEqual(readdirSync(`${root}/supabase/migrations`), ['20300102000000_second.sql'])
})

test('a file written by hand for the CLI is kept, and nothing is written until it is a migration', async (t) => {
  const { root, file } = repository(t)
  mkdirSync(`${root}/supabase/migrations`, { recursive: true })
  writeFileSync(`${root}/supabase/migrations/20300102000000_by_hand.sql`, 'select 1;\n')
  const theirs = {
    exitCode: 1,
    message: /20300102000000_by_hand\.sql is not generated from migrations\/: write it as/,
  }
  await assert.rejects(checkSupabaseFiles(root), theirs)
  await assert.rejects(writeSupabaseFiles(root), theirs)
  assert.throws(() => readFileSync(file), { code: 'ENOENT' })
})
