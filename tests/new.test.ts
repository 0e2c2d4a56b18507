import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Options, readChange } from '../db/new/change.ts'
import { addColumn } from '../db/new/edit-access.ts'
import { makeMigration } from '../db/new/make-migration.ts'
import { nextVersion } from '../db/new/names.ts'
import { inRoot } from '../db/paths.ts'
import { temporaryFolder } from './support/files.ts'

test('a version is the current time, or follows the newest file if that is later', () => {
  const now = new Date('2026-11-22T10:20:30Z')
  const file = (version: string) => [{ version, name: '', path: '' }]
  assert.equal(nextVersion([], now), '20261122102030')
  assert.equal(nextVersion(file('20261122102030'), now), '20261122102031')
  assert.equal(nextVersion(file('20300101000000'), now), '20300101000001')
})

describe('make new refuses, and writes nothing:', () => {
  const refusals: readonly [what: string, name: string, options: Options, message: RegExp][] = [
    ['no name', '', {}, /no name/],
    ['a name with a dash', 'add-tags', {}, /"add-tags" is not a name/],
    [
      'two options',
      'x',
      { column: 'documents.a', check: 'documents.b' },
      /COLUMN and CHECK are given: give one/,
    ],
    [
      'an empty migration for a column',
      'x',
      { empty: true, column: 'documents.a' },
      /EMPTY and COLUMN are given: give one/,
    ],
    ['a column without a table', 'x', { column: 'language' }, /is not a table and a column/],
    ['a column with a schema', 'x', { column: 'public.documents.language' }, /is not a table and a column/],
    ['an invalid column name', 'x', { column: 'documents.a"b' }, /"a"b" is not a name/],
    [
      'a table that does not exist',
      'x',
      { column: 'papers.language' },
      /no table papers\. It has: user_profiles/,
    ],
    ['a column that exists', 'x', { column: 'documents.filename' }, /has the column filename already/],
    ['a CHECK of an unknown column', 'x', { check: 'documents.colour' }, /no column and no CHECK colour/],
    ['a column without a CHECK', 'x', { check: 'documents.created_at' }, /created_at has no CHECK/],
    [
      'a function of another schema',
      'x',
      { function: 'auth.uid' },
      /is not a function of schema public or private/,
    ],
    [
      'a function that exists',
      'x',
      { function: 'search_chunks' },
      /has public\.search_chunks\(text,integer\) already/,
    ],
    ['an unknown kind of rows', 'x', { rows: 'mine' }, /ROWS is "mine"/],
    ['a table that exists', 'add_documents', { rows: 'server' }, /has the table documents already/],
    ['a reserved word as a table', 'add_order', {}, /"order" is a reserved word of SQL/],
    ['a reserved word as a column', 'x', { column: 'documents.user' }, /"user" is a reserved word of SQL/],
    ['a reserved word as an owner', 'tags', { owner: 'group' }, /"group" is a reserved word of SQL/],
    ['a reserved word as a function', 'x', { function: 'left' }, /"left" is a reserved word of SQL/],
    ['an owner that is another column', 'tags', { owner: 'name' }, /a new table has another column name/],
    [
      'names that PostgreSQL would truncate',
      'a_table_with_quite_a_long_name',
      { owner: 'an_owner_column_with_a_name' },
      /PostgreSQL keeps 63/,
    ],
  ]
  for (const [what, name, options, message] of refusals) {
    test(what, async (t) => {
      const root = join(temporaryFolder(t), 'root')
      for (const path of ['migrations', 'db/access.ts', 'tests/rls'])
        cpSync(inRoot(path), join(root, path), { recursive: true })
      const files = () => [
        ...readdirSync(root, { recursive: true }),
        readFileSync(join(root, 'db', 'access.ts'), 'utf8'),
      ]
      const before = files()
      await assert.rejects(async () => makeMigration(name, readChange(options), root), {
        exitCode: 2,
        message,
      })
      assert.deepEqual(files(), before)
    })
  }
})

test('an entry of db/access.ts in an unexpected form is not edited', () => {
  const access = { columns: ['id', 'name'], authenticated: {}, service_role: [] }
  const entry = (columns: string) => `\n  tags: table({\n    columns: ${columns},\n  }),\n`
  assert.equal(addColumn(entry("['id', 'name']"), 'tags', 'hue', access), entry("['id', 'name', 'hue']"))
  for (const columns of ["['id', ...NAMES]", "['id']", "['name', 'id']", 'COLUMNS'])
    assert.throws(() => addColumn(entry(columns), 'tags', 'hue', access), {
      exitCode: 2,
      message: /Nothing was written/,
    })
})
