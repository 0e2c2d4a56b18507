import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DB, type NewAgentSession, toJson } from '@centrid/db-types'
import { Kysely, PostgresDialect } from 'kysely'
import { jsonBuildObject } from 'kysely/helpers/postgres'
import pg from 'pg'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { generateTypes } from 'type-contract/generate.ts'
import { TYPES_SETTINGS } from '../../db/types-settings.ts'
import { sourceOf } from '../../packages/type-contract/test/support/source-of.ts'
import { compileStrictly, writeProgram } from '../../packages/type-contract/test/support/strict-compiler.ts'
import { useTestDatabase } from '../support/database.ts'
import { temporaryFolder } from '../support/files.ts'
import { linkPackages, writePackage } from './program.ts'

/** 2^53 + 1: the first whole number that a JavaScript number cannot represent. */
const BEYOND_DOUBLES = '9007199254740993'
const MICROSECONDS = '2026-01-02T03:04:05.123456+00:00'

const NESTED: NewAgentSession = {
  request_chain: toJson([1, [], [[null]], { deep: [{ er: -0.5e-7 }] }, 'text', true, null]),
  context_state: { '': {}, list: [], 'ключ 🗝': { '"quoted"\n': '\u2028' } },
}

const ROW_TYPES = {
  user_profiles: 'UserProfile',
  documents: 'Document',
  document_chunks: 'DocumentChunk',
  agent_requests: 'AgentRequest',
  agent_sessions: 'AgentSession',
  usage_events: 'UsageEvent',
} as const

describe('what the database returns', () => {
  const database = useTestDatabase(async ({ owner, signUp }) => {
    const user_id = await signUp({ name: 'Ада 🦆' })
    // Not destroyed, because the pool belongs to the test database.
    const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: owner }) })
    const { id: document_id } = await db
      .insertInto('documents')
      .values([
        { user_id, filename: 'words', file_type: 'x', file_size: BEYOND_DOUBLES, created_at: MICROSECONDS },
        {
          user_id,
          filename: 'b',
          file_type: 'x',
          file_size: 2n ** 63n - 1n,
          content_text: '',
          storage_path: `${user_id}/`,
        },
        {
          user_id,
          filename: 'c',
          file_type: 'x',
          file_size: 0,
          processing_status: 'failed',
          content_text: null,
        },
      ])
      .returning('id')
      .executeTakeFirstOrThrow()
    await db
      .insertInto('document_chunks')
      .values([
        { user_id, document_id, chunk_index: 0, content: 'words to find', section_title: null },
        { user_id, document_id, chunk_index: 2 ** 31 - 1, content: 'x', section_title: 'Title' },
      ])
      .execute()
    await db
      .insertInto('agent_requests')
      .values(
        [
          null,
          toJson(null),
          toJson([]),
          toJson('text'),
          toJson([{ a: [] }]),
          0.1,
          true,
          { nested: { a: null } },
        ].map((results) => ({ user_id, agent_type: 'x', content: 'x', progress: 100, results })),
      )
      .execute()
    await db
      .insertInto('agent_sessions')
      .values([{ user_id, ...NESTED }, { user_id }, { user_id, request_chain: toJson([]) }])
      .execute()
    await db
      .insertInto('usage_events')
      .values([
        { user_id, event_type: 'x', cost: 0.1, metadata: { list: [1] } },
        { user_id, event_type: 'x', cost: '999999.999999' },
        { user_id, event_type: 'x', cost: '0.000001', created_at: new Date(MICROSECONDS) },
      ])
      .execute()
  })

  test('through pg has the types that DB says', async (t) => {
    const folder = temporaryFolder(t)
    linkPackages(folder)
    const lines: string[] = []
    for (const [table, type] of Object.entries(ROW_TYPES)) {
      const { rows } = await database().owner.query(`select * from public.${pg.escapeIdentifier(table)}`)
      assert.ok(rows.length > 0, table)
      lines.push(...rows.map((row) => `rows.push(${sourceOf(row)} satisfies ${type})`))
    }
    writeProgram(folder, {
      'rows.ts': `import type { ${Object.values(ROW_TYPES).join(', ')} } from '@centrid/db-types'
export const rows: unknown[] = []
${lines.join('\n')}
// @ts-expect-error a number is not what pg returns for bigint
rows.push(1 satisfies Document['file_size'])
`,
    })
    assert.deepEqual(compileStrictly(folder), [])
  })

  test('inside JSON, as PostgREST sends it, has the types that Database says', async (t) => {
    const folder = temporaryFolder(t)
    linkPackages(folder)
    const lines: string[] = []
    for (const table of Object.keys(ROW_TYPES)) {
      const name = pg.escapeIdentifier(table)
      const { rows } = await database().owner.query<{ row: unknown }>(
        `select to_json(each) as row from public.${name} as each`,
      )
      lines.push(...rows.map(({ row }) => `rows.push(${sourceOf(row)} satisfies Tables<'${table}'>)`))
    }
    const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: database().owner }) })
    const built = await db
      .selectFrom('documents')
      .select(({ ref }) =>
        jsonBuildObject({ file_size: ref('file_size'), created_at: ref('created_at'), id: ref('id') }).as(
          'json',
        ),
      )
      .execute()
    const type = `Pick<Tables<'documents'>, 'file_size' | 'created_at' | 'id'>`
    lines.push(...built.map(({ json }) => `rows.push(${sourceOf(json)} satisfies ${type})`))
    writeProgram(folder, {
      'rows.ts': `import type { Tables } from '@centrid/db-types/supabase'
export const rows: unknown[] = []
${lines.join('\n')}
`,
    })
    assert.deepEqual(compileStrictly(folder), [])
  })

  test('of the search functions has the types of their rows', async (t) => {
    const folder = temporaryFolder(t)
    linkPackages(folder)
    const { rows: users } = await database().owner.query<{ user_id: string }>(
      'select user_id from user_profiles',
    )
    const lines: string[] = []
    for (const [name, type] of [
      ['search_chunks', 'SearchChunksRow'],
      ['search_documents', 'SearchDocumentsRow'],
    ] as const) {
      const query = `select * from public.${name}('words or a')`
      const json = `select to_json(each) as row from public.${name}('words or a') as each`
      await database().as({ userId: users[0]?.user_id ?? '' }, async (client) => {
        const { rows } = await client.query(query)
        assert.ok(rows.length > 0, name)
        lines.push(...rows.map((row) => `rows.push(${sourceOf(row)} satisfies ${type})`))
        const published = `Database['public']['Functions']['${name}']['Returns'][number]`
        for (const { row } of (await client.query<{ row: unknown }>(json)).rows) {
          lines.push(`rows.push(${sourceOf(row)} satisfies ${published})`)
        }
      })
    }
    writeProgram(folder, {
      'rows.ts': `import type { SearchChunksRow, SearchDocumentsRow } from '@centrid/db-types'
import type { Database } from '@centrid/db-types/supabase'
export const rows: unknown[] = []
${lines.join('\n')}
`,
    })
    assert.deepEqual(compileStrictly(folder), [])
  })

  test('of whole numbers beyond 2^53 is exact', async () => {
    const { rows } = await database().owner.query("select file_size from documents where filename = 'words'")
    assert.equal(rows[0].file_size, BEYOND_DOUBLES)
  })
})

/** Every type that pg converts, or that kysely-codegen lists. */
const EVERY_TYPE: Readonly<Record<string, string>> = {
  bool: 'true',
  bytea: "'\\x00ff'",
  cidr: "'10.0.0.0/8'",
  circle: "'<(1,2),3>'",
  date: "'2026-01-02'",
  float4: '0.1',
  float8: '1e300',
  inet: "'::1'",
  int2: '1',
  int4: '1',
  int8: BEYOND_DOUBLES,
  interval: "'1 year 2 days 3.5 seconds'",
  json: `'{"a": [1, null]}'`,
  jsonb: "'null'",
  line: "'{1,2,3}'",
  macaddr: "'08:00:2b:01:02:03'",
  mood: "'ok'",
  money: "'1.5'",
  numeric: '0.1',
  numrange: "'[1,2)'",
  oid: '1',
  point: "'(1,2)'",
  text: "'a'",
  time: "'01:02:03.000004'",
  timestamp: "'2026-01-02 03:04:05.123456'",
  timestamptz: "'2026-01-02 03:04:05.123456+01'",
  timetz: "'01:02:03+04'",
  tsvector: "'a:1'",
  uuid: "'00000000-0000-0000-0000-000000000000'",
  varchar: "'a'",
  xml: "'<a/>'",
}

describe('a table with every type', () => {
  const database = useTestDatabase(async ({ owner }) => {
    const columns = Object.keys(EVERY_TYPE).flatMap((type) => [
      `a_${type} ${type} not null`,
      `many_${type} ${type}[]`,
    ])
    const values = Object.values(EVERY_TYPE).flatMap((value) => [value, `array[${value}, null]`])
    const types = Object.keys(EVERY_TYPE).flatMap((type) => [type, `${type}[]`])
    await owner.query(`create type public.mood as enum ('sad', 'ok')`)
    await owner.query(`create table public.every_type (${columns.join(', ')})`)
    const cast = values.map((value, index) => `${value}::${types[index]}`)
    await owner.query(`insert into public.every_type values (${cast.join(', ')})`)
  })

  test('matches its types when read through pg and in JSON, including arrays and their nulls', async (t) => {
    const folder = temporaryFolder(t)
    writePackage(folder, await generateTypes(database().connection, TYPES_SETTINGS))
    linkPackages(folder)
    const row = await withOwnerClient(database().connection, async (client) => {
      return (await client.query('select * from public.every_type')).rows[0]
    })
    const properties = Object.entries(row).map(
      ([column, value]) =>
        `export const ${column} = ${sourceOf(value)} satisfies EveryTypeRow['${column}']\n`,
    )
    const json = await database().owner.query<{ row: object }>(
      'select to_json(each) as row from public.every_type as each',
    )
    properties.push(`export const inJson = ${sourceOf(json.rows[0]?.row)} satisfies EveryTypeInJson\n`)
    writeProgram(folder, {
      'row.ts': `import type { EveryType } from './src/index.js'\ntype EveryTypeRow = import('./src/index.js').Selectable<EveryType>
type EveryTypeInJson = import('./src/generated/supabase.js').Tables<'every_type'>\n${properties.join('')}`,
    })
    assert.deepEqual(compileStrictly(folder), [])
  })
})
