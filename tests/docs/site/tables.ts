import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Contract } from 'type-contract/contract.ts'
import { INTENT } from '../../../db/access.ts'
import { inRoot } from '../../../db/paths.ts'
import type { TestDatabase } from '../../support/database.ts'
import { typesInDatabase, typesInDb } from './generated-types.ts'
import { type ReadPage, texts } from './pages.ts'

const TABLES = Object.keys(INTENT.tables)
const CONTRACT = JSON.parse(readFileSync(inRoot('types', 'contract.json'), 'utf8')) as Contract

/** The pages of tables, compared with the database and with types/. */
export function testTables(page: ReadPage, database: () => TestDatabase): void {
  test('a table page has every column, with its type in DB and in Database as types/ has them', () => {
    for (const table of TABLES) {
      const columns = page(`tables/${table}.html`).querySelector('table.columns')
      const titles = texts(columns, 'thead th')
      const rows = [...(columns?.querySelectorAll('tbody tr') ?? [])].map((row) => {
        const cells = texts(row, 'th > code, td').map((text) => text.split('\n')[0] ?? '')
        return new Map(titles.map((title, at) => [title, cells[at] ?? '']))
      })
      const shown = (title: string) =>
        Object.fromEntries(rows.map((row) => [row.get('column'), row.get(title)]))
      assert.deepEqual(shown('DB'), Object.fromEntries(typesInDb(table)), table)
      assert.deepEqual(shown('Database'), Object.fromEntries(typesInDatabase(table)), table)
    }
  })

  test('a table page has the comments, keys, indexes with their purpose, triggers and policies of the database', async () => {
    for (const table of TABLES) {
      const document = page(`tables/${table}.html`)
      const { rows } = await database().owner.query<{ kind: string; name: string }>(PARTS, [
        `public.${table}`,
      ])
      const named = (kind: string) => rows.filter((row) => row.kind === kind).map(({ name }) => name)
      assert.deepEqual(texts(document, '.lead'), named('comment'))
      assert.deepEqual(texts(document, '.columns td:last-child').sort(), named('column comment').sort())
      assert.deepEqual(texts(document, '.policy h3').sort(), named('policy').sort())
      for (const [label, kind] of [
        [`Keys of ${table}`, 'key'],
        ['Indexes', 'index'],
        ['Triggers', 'trigger'],
      ] as const)
        assert.deepEqual(
          texts(document, `[aria-label="${label}"] tbody th`).sort(),
          named(kind).sort(),
          `${kind} of ${table}`,
        )
      const purposes = texts(document, '[aria-label="Indexes"] td:nth-of-type(1)')
      assert.ok(purposes.length > 0 && purposes.every((text) => text.length > 5), purposes.join())
    }
  })

  test('a table page shows checks and size limits in words, and the tables of foreign keys', () => {
    const takes = (table: string, column: string) =>
      page(`tables/${table}.html`).querySelector(`#column-${column} td:nth-of-type(4)`)?.textContent ?? ''
    let limited = 0
    for (const [table, { columns }] of Object.entries(CONTRACT.relations)) {
      for (const [column, { values, limits }] of Object.entries(columns)) {
        const shown = takes(table, column)
        if (values)
          assert.ok(shown.startsWith(`one of “${values.join('”, “')}”`), `${table}.${column}: ${shown}`)
        for (const limit of limits)
          assert.ok(shown.includes(inWords(limit)), `${table}.${column}, ${limit}: ${shown}`)
        limited += limits.length
      }
    }
    assert.ok(limited > 0)
    assert.match(takes('agent_sessions', 'request_chain'), /^a JSON array/)
    assert.match(
      page('tables/documents.html').querySelector('main')?.textContent ?? '',
      /documents_storage_path_own_check: storage_path begins with user_id and “\/”/,
    )
    assert.match(takes('documents', 'search_vector'), /^generated, never written/)
    assert.deepEqual(texts(page('tables/documents.html'), '[aria-label="Keys of documents"] td:last-child'), [
      '',
      'references auth.users',
      'referenced by document_chunks',
    ])
    assert.ok(
      texts(
        page('tables/document_chunks.html'),
        '[aria-label="Keys of document_chunks"] td:last-child',
      ).includes('references documents'),
    )
  })
}

/** A limit of types/contract.json, such as `maxLength 100000`, as a page says it. */
function inWords(limit: string): string {
  const [kind, value = ''] = limit.split(' ')
  if (limit === 'minLength 1') return 'not empty'
  const bound = kind?.startsWith('min') ? 'at least' : 'at most'
  const number = Number(value).toLocaleString('en', { maximumFractionDigits: 20 })
  return `${bound} ${number}${kind?.endsWith('Length') ? ' characters' : ''}`
}

/** Names and comments of a table's parts, from the catalog. */
const PARTS = `
with given as (select $1::regclass as oid)
select 'comment' as kind, obj_description(oid, 'pg_class') as name from given
union all select 'column comment', coalesce(col_description(attrelid, attnum), '') from pg_attribute join given on oid = attrelid
  where attnum > 0 and not attisdropped
union all select 'policy', polname from pg_policy join given on given.oid = polrelid
union all select 'key', conname from pg_constraint join given on given.oid in (conrelid, confrelid) where contype in ('p', 'u', 'f')
union all select 'index', indexrelid::regclass::text from pg_index join given on oid = indrelid
union all select 'trigger', tgname from pg_trigger join given on given.oid = tgrelid where not tgisinternal`
