import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findOutdated } from '../db/accept/accept.ts'
import { inRoot } from '../db/paths.ts'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

test('tests/schema matches the migrations', async () => {
  assert.deepEqual(await findOutdated(database().connection), [])
})

test('a change of the database is shown line by line, and nothing is written', async () => {
  const { owner, connection } = database()
  const before = readFileSync(inRoot('tests', 'schema', 'documents.sql'), 'utf8')
  await owner.query(`
    alter policy documents_select_own on public.documents to public;
    alter table public.usage_events alter column cost drop default;
    create function public.more() returns integer language sql as 'select 1';
  `)
  const outdated = await findOutdated(connection)
  const changes = outdated.flatMap(({ path, difference }) =>
    difference
      .split('\n')
      .flatMap((line) => (/^[+-] /.test(line) ? [`${path} ${line.replace(/\s+/g, ' ')}`] : [])),
  )
  assert.deepEqual(
    changes.filter((change) => !change.includes('functions.sql')),
    [
      'tests/schema/documents.sql - permissive documents_select_own for select to authenticated',
      'tests/schema/documents.sql + permissive documents_select_own for select to public',
      'tests/schema/usage_events.sql - cost numeric(12,6) not null default 0',
      'tests/schema/usage_events.sql + cost numeric(12,6) not null',
    ],
  )
  assert.ok(changes.some((change) => change.includes("definition_of('public.more()')")))
  assert.equal(readFileSync(inRoot('tests', 'schema', 'documents.sql'), 'utf8'), before)
})

test('a table that differs from db/schema.sql is refused, with the command to run', async () => {
  const { owner, connection } = database()
  await owner.query('alter table public.documents drop constraint documents_file_size_check')
  await assert.rejects(findOutdated(connection), {
    exitCode: 1,
    message: /disagree about documents: run "make migrate" first/,
  })
})
