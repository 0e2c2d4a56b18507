import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readCatalog } from 'type-contract/catalog.ts'
import type { Level } from 'type-contract/change.ts'
import { compareContracts, levelOf } from 'type-contract/compare.ts'
import { type Contract, contractOf } from 'type-contract/contract.ts'
import type { GeneratedFiles } from 'type-contract/files.ts'
import { printTypes } from 'type-contract/print.ts'
import { inRoot } from '../../db/paths.ts'
import { changelogEntry, judge } from '../../db/release-check.ts'
import { TYPES_SETTINGS } from '../../db/types-settings.ts'
import { compileStrictly, writeProgram } from '../../packages/type-contract/test/support/strict-compiler.ts'
import { withTestDatabase } from '../support/database.ts'
import { temporaryFolder } from '../support/files.ts'
import { linkPackages, writePackage } from './program.ts'

/** Kinds of change, with the SQL of an example and its level. */
const CASES: readonly [what: string, sql: string, level: Level | undefined][] = [
  ['nothing', 'select', undefined],
  ['a table is dropped', 'drop function find_tickets; drop table tickets', 'major'],
  ['a table is renamed', 'alter table tickets rename to issues', 'major'],
  ['a table is new', 'create table others (id uuid primary key)', 'minor'],
  ['a view is new', 'create view open_tickets as select id, title from tickets', 'minor'],
  ['a column is dropped', 'alter table tickets drop column note', 'major'],
  ['a column is renamed', 'alter table tickets rename column note to remark', 'major'],
  ['a nullable column is new', 'alter table tickets add column remark text', 'minor'],
  [
    'a column with a default is new',
    'alter table tickets add column size integer not null default 0',
    'minor',
  ],
  ['a column without default is new', 'alter table tickets add column size integer not null', 'major'],
  [
    'a generated column is new',
    'alter table tickets add column l integer generated always as (1) stored',
    'minor',
  ],
  ['a column may be null', 'alter table tickets alter column priority drop not null', 'major'],
  ['a column may not be null', 'alter table tickets alter column note set not null', 'major'],
  ['a column has a default', 'alter table tickets alter column priority set default 0', 'minor'],
  ['a column has no default', 'alter table tickets alter column state drop default', 'major'],
  ['a column has another default', `alter table tickets alter column state set default 'closed'`, 'patch'],
  ['a column has another type', 'alter table tickets alter column priority type bigint', 'major'],
  [
    'a column has another type with the same TypeScript type',
    'alter table tickets alter column code type text',
    'minor',
  ],
  [
    'a column is generated',
    'alter table tickets drop column note; alter table tickets add column note text generated always as (lower(title)) stored; grant select (note) on tickets to authenticated',
    'major',
  ],
  [
    'a generated column becomes an ordinary one',
    'alter table tickets alter column slug drop expression',
    'minor',
  ],
  [
    'a value is new',
    `alter table tickets drop constraint tickets_state_check, add constraint tickets_state_check check (state in ('open', 'closed', 'late'))`,
    'major',
  ],
  [
    'a value is removed',
    `alter table tickets drop constraint tickets_state_check, add constraint tickets_state_check check (state in ('open'))`,
    'major',
  ],
  [
    'values are in another order',
    `alter table tickets drop constraint tickets_state_check, add constraint tickets_state_check check (state in ('closed', 'open'))`,
    'minor',
  ],
  ['any value is allowed', 'alter table tickets drop constraint tickets_state_check', 'major'],
  ['values are listed', `alter table tickets add check (title in ('a', 'b'))`, 'major'],
  ['JSON need not be an object', 'alter table tickets drop constraint tickets_details_check', 'major'],
  ['JSON must be an object', `alter table tickets add check (jsonb_typeof(extra) = 'object')`, 'major'],
  ['a range is new', 'alter table tickets add check (priority > 0)', 'minor'],
  ['a length limit is removed', 'alter table tickets drop constraint tickets_title_check', 'minor'],
  ['a check that no type shows is new', 'alter table tickets add check (priority <> weight)', 'minor'],
  [
    'a comment is changed',
    `comment on table tickets is 'Work.'; comment on column tickets.id is 'Key.'`,
    'patch',
  ],
  ['a user may no longer read', 'revoke select on tickets from authenticated', 'major'],
  ['a user may no longer insert', 'revoke insert (note) on tickets from authenticated', 'major'],
  ['a user may no longer update', 'revoke update (note) on tickets from authenticated', 'major'],
  ['a user may no longer delete', 'revoke delete on tickets from authenticated', 'major'],
  ['a user may update more', 'grant update (state) on tickets to authenticated', 'minor'],
  ['a user must give another column', 'grant insert (weight) on tickets to authenticated', 'major'],
  ['another role may read', 'grant select on tickets to anon', 'minor'],
  ['a function is dropped', 'drop function find_tickets', 'major'],
  ['a function is new', 'create function answer() returns integer language sql return 42', 'minor'],
  [
    'an argument must be given',
    replaceFunction('query text, max_results integer', 'id uuid, title text'),
    'major',
  ],
  [
    'an argument may be left out',
    replaceFunction(`query text default '', max_results integer default 5`, 'id uuid, title text'),
    'minor',
  ],
  ['an argument is removed', replaceFunction('query text', 'id uuid, title text'), 'major'],
  [
    'an argument is new',
    replaceFunction(
      'query text, max_results integer default 5, page integer default 0',
      'id uuid, title text',
    ),
    'minor',
  ],
  [
    'an argument is new and must be given',
    replaceFunction('query text, page integer, max_results integer default 5', 'id uuid, title text'),
    'major',
  ],
  [
    'a column of a function is new',
    replaceFunction('query text, max_results integer default 5', 'id uuid, title text, state text'),
    'minor',
  ],
  [
    'a column of a function is removed',
    replaceFunction('query text, max_results integer default 5', 'id uuid'),
    'major',
  ],
  [
    'a column of a function has another type',
    replaceFunction('query text, max_results integer default 5', 'id integer, title text'),
    'major',
  ],
]

function replaceFunction(parameters: string, columns: string): string {
  return `drop function find_tickets; create function find_tickets(${parameters}) returns table (${columns})
    language plpgsql as $$ begin end $$`
}

interface Schema {
  contract: Contract
  files: GeneratedFiles
}

/** The types of the schema of tickets.sql after each change. */
async function schemasAfterChanges(): Promise<Map<string, Schema>> {
  const base = readFileSync(inRoot('tests', 'types', 'fixtures', 'tickets.sql'), 'utf8')
  return withTestDatabase(async ({ owner }) => {
    await owner.query(base)
    const schemas = new Map<string, Schema>()
    const client = await owner.connect()
    try {
      for (const [what, sql] of CASES) {
        await client.query('begin')
        await client.query(sql)
        const catalog = await readCatalog(client, TYPES_SETTINGS)
        schemas.set(what, {
          contract: contractOf(catalog, TYPES_SETTINGS),
          files: await printTypes(catalog, TYPES_SETTINGS),
        })
        await client.query('rollback')
      }
    } finally {
      client.release()
    }
    return schemas
  })
}

describe('a change of the schema', () => {
  test('is major exactly when a program that used the schema no longer compiles', async (t) => {
    const schemas = await schemasAfterChanges()
    const before = schemas.get('nothing')
    assert.ok(before)
    const folder = temporaryFolder(t)
    linkPackages(folder)
    const program = readFileSync(inRoot('tests', 'types', 'fixtures', 'consumer.ts'), 'utf8')
    for (const [index, [what]] of CASES.entries()) {
      const place = join(folder, `case-${index}`)
      mkdirSync(place)
      writePackage(place, schemas.get(what)?.files ?? new Map())
      writeProgram(place, { 'consumer.ts': program })
    }
    const errors = compileStrictly(folder)
    for (const [index, [what, , expected]] of CASES.entries()) {
      const changes = compareContracts(before.contract, schemas.get(what)?.contract ?? before.contract)
      const level = levelOf(changes)
      const reasons = changes.map(({ reason }) => reason).join('; ')
      assert.equal(level, expected, `${what}: ${reasons}`)
      const broken = errors.filter((error) => error.startsWith(`case-${index}/`))
      assert.equal(
        broken.length > 0,
        level === 'major',
        `${what} (${level}: ${reasons}): ${broken.join('\n')}`,
      )
    }
  })
})

describe('release:check', () => {
  const empty: Contract = { format: 1, relations: {}, functions: {} }
  const more: Contract = {
    ...empty,
    relations: { notes: { comment: null, columns: {}, delete: [], checks: [] } },
  }

  for (const [released, version, contract, enough, needed] of [
    ['1.2.3', '1.2.3', empty, true, '1.2.3'],
    ['1.2.3', '1.2.3', more, false, '1.3.0'],
    ['1.2.3', '1.2.4', more, false, '1.3.0'],
    ['1.2.3', '1.3.0', more, true, '1.3.0'],
    ['1.2.3', '1.10.0', more, true, '1.3.0'],
    ['1.2.3', '2.0.0', more, true, '1.3.0'],
  ] as const) {
    const change = contract === empty ? 'without a change' : 'with a minor change'
    test(`${change} since ${released}, version ${version} is ${enough ? 'enough' : 'too small'}`, () => {
      const verdict = judge({ version: released, contract: empty }, contract, version)
      assert.deepEqual([verdict.enough, verdict.needed], [enough, needed])
    })
  }

  test('requires a major version if a table is dropped', () => {
    const verdict = judge({ version: '1.2.3', contract: more }, empty, '1.9.9')
    assert.deepEqual([verdict.level, verdict.needed, verdict.enough], ['major', '2.0.0', false])
  })

  test('writes a changelog entry for changesets, with the reasons', () => {
    const entry = changelogEntry('minor', compareContracts(empty, more))
    assert.match(entry, /^---\n"@centrid\/db-types": minor\n---\n[\s\S]*- minor: table notes is new\n$/)
  })
})
