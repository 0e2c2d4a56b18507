import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutClash, withoutDrop } from '../../db/migrations/extensions.ts'
import { migrate } from '../../db/migrations/migrate.ts'
import { answer, bootstrappedDatabase, folderWith } from './databases.ts'

const UP = `-- é: create extension hstore;
CREATE  EXTENSION hstore with schema extensions;
select 'create extension hstore';
create extension if not exists citext;
create extension citext
    with schema extensions;
`

test('create extension skips an installed extension, and nothing else changes', async () => {
  assert.equal(
    await withoutClash(UP, ['hstore']),
    UP.replace('CREATE  EXTENSION', 'CREATE  EXTENSION if not exists'),
  )
  assert.equal(
    await withoutClash(UP),
    UP.replace('CREATE  EXTENSION', 'CREATE  EXTENSION if not exists').replace(
      'create extension citext\n',
      'create extension if not exists citext\n',
    ),
  )
  assert.equal(await withoutClash(UP, []), UP)
  assert.equal(
    await withoutClash('create extension hstore; this is no SQL', ['hstore']),
    'create extension hstore; this is no SQL',
  )
})

test('dropping an extension that existed before is left out, dropping another one is not', async () => {
  const down =
    'drop table a; -- é\ndrop extension hstore;\ndrop extension citext, hstore;\ndrop schema hstore;\n'
  assert.equal(await withoutDrop(down, ['hstore']), down.replace('drop extension hstore', ''))
  assert.equal(
    await withoutDrop(down, ['hstore', 'citext']),
    down.replace('drop extension hstore', '').replace('drop extension citext, hstore', ''),
  )
})

test('a migration that fails after such a statement is reported with the correct line', async (t) => {
  const database = await bootstrappedDatabase(t)
  const folder = folderWith(t, {
    '20300101000000_one.sql':
      '-- migrate:up\ncreate extension hstore;\n-- migrate:down\ndrop extension hstore;\n',
    '20300102000000_two.sql': '-- migrate:up\ncreate extension hstore;\nselect 1 / 0;\n-- migrate:down\n',
  })
  await assert.rejects(
    migrate(database, () => {}, { folder }),
    /two\.sql:2: extension "hstore" already exists.*42710/,
  )
  await assert.rejects(
    migrate(database, () => {}, { folder }),
    /two\.sql:3: division by zero.*22012/,
  )
  assert.equal(await answer(database, 'select count(*)::int as answer from dbmate.schema_migrations'), 1)
})
