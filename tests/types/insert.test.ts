import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { access, toJson } from '@centrid/db-types'
import * as schemas from '@centrid/db-types/zod'
import fc from 'fast-check'
import pg from 'pg'
import type { ColumnContract, Contract } from 'type-contract/contract.ts'
import { camelCase, rowName } from 'type-contract/names.ts'
import type { z } from 'zod'
import { TABLES } from '../../db/access.ts'
import { inRoot } from '../../db/paths.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'

const contract = JSON.parse(readFileSync(inRoot('types', 'contract.json'), 'utf8')) as Contract

/** The schemas of every table that a user may insert into. */
const INSERTS = Object.entries(access)
  .filter(([, roles]) => roles.authenticated.insert.length > 0)
  .map(([table]): [string, z.ZodType] => {
    const schema = Object.entries(schemas).find(
      ([name]) => name === `${camelCase(rowName(table))}InsertSchema`,
    )
    assert.ok(schema, `no insert schema for ${table}`)
    return [table, schema[1]]
  })

const UPDATES: Readonly<Record<string, z.ZodType>> = {
  agent_requests: schemas.agentRequestUpdateSchema,
  agent_sessions: schemas.agentSessionUpdateSchema,
  document_chunks: schemas.documentChunkUpdateSchema,
  documents: schemas.documentUpdateSchema,
  user_profiles: schemas.userProfileUpdateSchema,
}

/** Number of rows per table; RUNS=5000 for a long search. */
const RUNS = Number(process.env.RUNS ?? 150)

describe('the database accepts every row that the zod schema accepts, and refuses every row that it refuses', () => {
  let userId = ''
  let documentId = ''
  /** CHECKs of several columns, which a schema cannot express, because it checks each column separately. */
  let joint: readonly string[] = []
  const database = useTestDatabase(async ({ owner, signUp }) => {
    userId = await signUp({ name: 'Ada' })
    const checks = await owner.query<{ conname: string }>(
      "select conname from pg_constraint where contype = 'c' and cardinality(conkey) > 1",
    )
    joint = checks.rows.map(({ conname }) => conname)
    const { rows } = await owner.query(
      `insert into documents (user_id, filename, file_type, file_size)
      values ($1, 'without chunks', 'x', 1), ($1, 'with one', 'x', 1) returning id`,
      [userId],
    )
    documentId = rows[0].id
    await owner.query('insert into agent_sessions (user_id) values ($1)', [userId])
    await owner.query(`insert into agent_requests (user_id, agent_type, content) values ($1, 'x', 'x')`, [
      userId,
    ])
    await owner.query(
      `insert into document_chunks (user_id, document_id, chunk_index, content) values ($1, $2, 7, 'x')`,
      [userId, rows[1].id],
    )
  })

  for (const [table, schema] of INSERTS) {
    test(`on insert into ${table}`, async () => {
      // A foreign key needs an existing row.
      await agree(schema, joint, rowOf(table, 'insert', { document_id: documentId }), (row) =>
        insert(database(), userId, table, row),
      )
    })
  }

  for (const [table, schema] of Object.entries(UPDATES)) {
    test(`on update of ${table}`, async () => {
      await agree(schema, joint, rowOf(table, 'update', {}), (row) => update(database(), userId, table, row))
    })
  }
})

test('the schemas contain the granted columns', () => {
  const granted = Object.entries(access).map(
    ([
      table,
      {
        authenticated: { insert, update },
      },
    ]) => ({ table, insert, update }),
  )
  const meant = Object.entries(TABLES).map(
    ([
      table,
      {
        authenticated: { insert = [], update = [] },
      },
    ]) => ({ table, insert, update }),
  )
  const sorted = (all: readonly { table: string; insert: readonly string[]; update: readonly string[] }[]) =>
    all
      .map(({ table, insert, update }) => ({ table, insert: [...insert].sort(), update: [...update].sort() }))
      .sort((a, b) => (a.table < b.table ? -1 : 1))
  assert.deepEqual(sorted(granted), sorted(meant))
})

test('a length counts characters, not UTF-16 units', () => {
  const filename = (name: string) =>
    schemas.documentInsertSchema.safeParse({ filename: name, file_type: 'x', file_size: 1 }).success
  assert.equal(filename('🦆'.repeat(255)), true)
  assert.equal(filename('🦆'.repeat(256)), false)
})

test('a column that users may not write is refused', () => {
  for (const column of ['search_vector', 'created_at', 'updated_at', 'user_id']) {
    const row = { filename: 'a', file_type: 'x', file_size: 1, [column]: 'x' }
    const { error } = schemas.documentInsertSchema.safeParse(row)
    assert.match(error?.message ?? '', new RegExp(column))
  }
})

type Row = Record<string, unknown>

async function agree(
  schema: z.ZodType,
  joint: readonly string[],
  rows: fc.Arbitrary<Row>,
  write: (row: Row) => Promise<string | undefined>,
): Promise<void> {
  const seen = { accepted: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(rows, async (row) => {
      const { success, error } = schema.safeParse(row)
      seen[success ? 'accepted' : 'refused'] += 1
      const refusal = await write(row)
      // A schema cannot check foreign and unique keys.
      if (refusal && /^2350[35] /.test(refusal)) return
      if (success && joint.includes(/^23514 .*check constraint "(\w+)"$/.exec(refusal ?? '')?.[1] ?? ''))
        return
      assert.equal(refusal === undefined, success, refusal ?? `the schema refuses: ${error?.message}`)
    }),
    { numRuns: RUNS },
  )
  assert.ok(seen.accepted > RUNS / 10, `only ${seen.accepted} of ${RUNS} rows were valid`)
  assert.ok(seen.refused > RUNS / 50, `only ${seen.refused} of ${RUNS} rows were not valid`)
}

/** Mostly valid rows; each column is sometimes at or beyond its limits. */
function rowOf(table: string, action: 'insert' | 'update', fixed: Row): fc.Arbitrary<Row> {
  const columns = Object.entries(contract.relations[table]?.columns ?? {}).filter(
    ([, column]) => column[action].includes('authenticated') && column.default !== 'auth.uid()',
  )
  const required = columns.filter(
    ([, column]) => action === 'insert' && !column.nullable && column.default === null,
  )
  return fc.record(
    Object.fromEntries(
      columns.map(([name, column]) => [name, name in fixed ? fc.constant(fixed[name]) : valuesOf(column)]),
    ),
    { requiredKeys: required.map(([name]) => name) },
  )
}

function valuesOf(column: ColumnContract): fc.Arbitrary<unknown> {
  const value = nonNull(column)
  return column.nullable ? fc.oneof({ weight: 9, arbitrary: value }, fc.constant(null)) : value
}

function nonNull({ type, values, json, limits }: ColumnContract): fc.Arbitrary<unknown> {
  if (values)
    return fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...values) },
      fc.constantFrom('', values[0]?.toUpperCase(), 'nonsense'),
    )
  const limit = (name: string) => limits.find((each) => each.startsWith(`${name} `))?.split(' ')[1]
  switch (type) {
    case 'uuid':
      return fc.uuid()
    case 'text':
      return texts(Number(limit('minLength') ?? 0), Number(limit('maxLength') ?? 100))
    case 'integer':
      return fc.oneof(
        { weight: 10, arbitrary: fc.nat() },
        fc.constantFrom(-1, -0, 2 ** 31 - 1, 2 ** 31, 0.5, 1e21),
      )
    case 'bigint':
      return fc.oneof(
        { weight: 5, arbitrary: fc.nat() },
        { weight: 5, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }) },
        fc.constantFrom(-1, -1n, '-1', 2n ** 63n, String(2n ** 63n), '9007199254740993', '-0', 0.5, 1e21),
      )
    case 'numeric(12,6)':
      return fc.oneof(
        { weight: 5, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
        { weight: 2, arbitrary: fc.double({ min: 0, max: 1e-5, noNaN: true }) },
        fc.constantFrom(
          -4e-7,
          -5e-7,
          -6e-7,
          '-0.0000004',
          999999.999999,
          '999999.9999994',
          '999999.9999995',
          1e6,
          1e-320,
          '00.1',
          '1000000',
        ),
      )
    case 'jsonb':
      return jsons(json)
    default:
      throw new Error(`no values for ${type}: add some`)
  }
}

/** Text with every kind of character, including those that PostgreSQL cannot store, and with lengths around the limits. */
function texts(min: number, max: number): fc.Arbitrary<string> {
  const lengths = [min - 1, min, max, max + 1].filter((length) => length >= 0 && length < 200_000)
  const long = fc
    .tuple(fc.constantFrom(...lengths, 3), fc.constantFrom('a', 'é', '🦆'))
    .map(([length, unit]) => unit.repeat(length))
  return fc.oneof(
    { weight: 20, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    { weight: 3, arbitrary: long },
    { weight: 8, arbitrary: fc.constantFrom('\0', 'a\0b', '\ud800', '\udc00a') },
  )
}

function jsons(shape: string | null): fc.Arbitrary<unknown> {
  const any = fc.jsonValue({ stringUnit: 'binary' })
  const object = fc.dictionary(fc.string(), any)
  const list = fc.array(any)
  const right = shape === 'object' ? object : shape === 'array' ? list : any
  return fc.oneof(
    { weight: 8, arbitrary: right },
    object,
    list,
    any,
    fc.constantFrom({ a: '\0' }, ['\ud800'], { '\0': 1 }, [[], null]),
  )
}

/** Inserts a row as a user and rolls back; returns why it was refused. */
function insert(
  database: TestDatabase,
  userId: string,
  table: string,
  row: Row,
): Promise<string | undefined> {
  const columns = Object.keys(row).map(pg.escapeIdentifier)
  const places = columns.map((_, index) => `$${index + 1}`)
  const values =
    columns.length > 0 ? `(${columns.join(', ')}) values (${places.join(', ')})` : 'default values'
  return attempt(
    database,
    userId,
    `insert into public.${pg.escapeIdentifier(table)} ${values}`,
    parameters(table, row),
  )
}

function update(
  database: TestDatabase,
  userId: string,
  table: string,
  row: Row,
): Promise<string | undefined> {
  const set = Object.keys(row).map((column, index) => `${pg.escapeIdentifier(column)} = $${index + 1}`)
  if (set.length === 0) return Promise.resolve(undefined)
  return attempt(
    database,
    userId,
    `update public.${pg.escapeIdentifier(table)} set ${set.join(', ')}`,
    parameters(table, row),
  )
}

class TakenBack extends Error {}

async function attempt(
  database: TestDatabase,
  userId: string,
  sql: string,
  values: unknown[],
): Promise<string | undefined> {
  try {
    await database.as({ userId }, async (client) => {
      const { rowCount } = await client.query(sql, values)
      assert.ok(rowCount, `${sql} affected no row`)
      throw new TakenBack()
    })
  } catch (error) {
    if (error instanceof TakenBack) return undefined
    if (error instanceof pg.DatabaseError) return `${error.code} ${error.message}`
    throw error
  }
  return undefined
}

function parameters(table: string, row: Row): unknown[] {
  return Object.entries(row).map(([column, value]) => {
    const isJson = contract.relations[table]?.columns[column]?.type === 'jsonb'
    return isJson && value !== null ? toJson(value as Parameters<typeof toJson>[0]) : value
  })
}
