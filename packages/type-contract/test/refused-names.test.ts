import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from 'postgres-kit/failure.ts'
import { readCatalog } from '../src/catalog.ts'
import { printTypes } from '../src/print.ts'
import type { ContractSettings } from '../src/settings.ts'
import { afterSql, useEmptyDatabase } from './support/database.ts'

/** Schemas with two objects that would share a name, and the lines of the message. */
const COLLISIONS: readonly [what: string, sql: string, ...lines: string[]][] = [
  [
    'names that differ in their case alone',
    'create table team_member (id integer); create table "teamMember" (id integer)',
    'TeamMember: table "teamMember", table team_member',
  ],
  [
    'one and many',
    'create table account (id integer); create table accounts (id integer)',
    'Account: table account, a row of accounts',
  ],
  [
    'a row and the changes of another table',
    'create table invoices (id integer); create table invoice_updates (id integer)',
    'InvoiceUpdate: a row of invoice_updates, changes of invoices',
  ],
  [
    'a row and a new row of another table',
    'create table invoices (id integer); create table new_invoices (id integer)',
    'NewInvoice: a new row of invoices, a row of new_invoices',
  ],
  [
    'a row and a list of values',
    `create table size_codes (id integer);
     create table parcels (size_code text check (size_code in ('a', 'b')))`,
    'SizeCode: a row of size_codes, the values of parcels.size_code',
  ],
  [
    'lists of two tables',
    `create table a (state_code text check (state_code in ('x'))); create table b (state_code text check (state_code in ('y')))`,
    'StateCode: the values of a.state_code, the values of b.state_code',
  ],
  [
    'an enum and a list',
    `create type order_state as enum ('x'); create table a (s order_state); create table b (order_state text check (order_state in ('y')))`,
    'OrderState: the values of a.s, the values of b.order_state',
  ],
  [
    'enums that differ in their case alone',
    `create type mood as enum ('x'); create type "Mood" as enum ('y'); create table a (x mood, y "Mood")`,
    'Mood: the values of a.x, the values of a.y',
  ],
  [
    'one and many values',
    `create type mood as enum ('x'); create type moods as enum ('y'); create table a (x mood, y moods)`,
    'MOODS: the values of a.x, the values of a.y',
  ],
  [
    'punctuation',
    'create table "a-b" (id integer); create table "a b" (id integer)',
    'AB: table "a b", table "a-b"',
  ],
  [
    'functions',
    `create table t (id integer); create function get_it() returns integer language sql as 'select 1';
     create function "getIt"() returns integer language sql as 'select 1'`,
    'GetItArgs: function "getIt", function get_it',
  ],
  [
    'a table and the arguments of a function',
    `create table find_args (id integer); create function find(a integer) returns integer language sql as 'select 1'`,
    'FindArgs: table find_args, function find',
  ],
  [
    'what the package exports itself',
    'create table t (id integer); create function user_types() returns integer language sql as $$ select 1 $$',
    'UserTypesArgs: function user_types, the package itself',
  ],
]

/** Names that cannot be used in TypeScript. */
const UNUSABLE: readonly [what: string, sql: string, line: string][] = [
  ['a table without a letter', 'create table "!?" (id integer)', 'table "!?": no letter or digit'],
  ['a table of an emoji', 'create table "🦆" (id integer)', 'table "🦆": no letter or digit'],
  [
    'a function without a letter',
    `create table t (id integer); create function "+"() returns integer language sql as 'select 1'`,
    'function "+": no letter or digit',
  ],
  ['a table __proto__', 'create table __proto__ (id integer)', 'table __proto__: JavaScript objects lose'],
  [
    'a column __proto__',
    'create table t (__proto__ integer)',
    'table t: column __proto__: JavaScript objects lose',
  ],
  [
    'a function __proto__',
    `create table t (id integer); create function __proto__() returns integer language sql as 'select 1'`,
    'function __proto__: JavaScript objects lose',
  ],
  [
    'a parameter __proto__',
    `create table t (id integer); create function f(__proto__ integer) returns integer language sql as 'select 1'`,
    'function f: parameter __proto__: JavaScript objects lose',
  ],
  [
    'an enum type __proto__',
    `create type __proto__ as enum ('a'); create table t (id integer)`,
    'type __proto__: JavaScript objects lose',
  ],
  [
    'an attribute __proto__',
    `create type pair as (__proto__ integer); create table t (id integer)`,
    'type pair: attribute __proto__: JavaScript objects lose',
  ],
]

describe('names that collide or cannot be used', () => {
  const database = useEmptyDatabase()

  async function refusal(
    sql: string,
    settings: Partial<ContractSettings> = {},
  ): Promise<Failure | undefined> {
    const all = { ...database().settings, reserved: ['UserTypesArgs'], ...settings }
    return afterSql(database(), sql, async (client) => {
      const catalog = await readCatalog(client, all)
      try {
        await printTypes(catalog, all)
      } catch (error) {
        assert.ok(error instanceof Failure, String(error))
        return error
      }
      return undefined
    })
  }

  for (const [what, sql, ...lines] of COLLISIONS) {
    test(`are refused with both names: ${what}`, async () => {
      const failure = await refusal(sql)
      assert.equal(failure?.exitCode, 1)
      assert.deepEqual(
        failure.message
          .split('\n')
          .slice(1, -1)
          .map((line) => line.trim()),
        lines,
      )
      assert.match(failure.message, /^schema public: several objects have the same TypeScript name\n/)
      assert.match(failure.message, /\nRename one, or set another TypeScript name for one/)
    })
  }

  for (const [what, sql, line] of UNUSABLE) {
    test(`are refused: ${what}`, async () => {
      const failure = await refusal(sql)
      assert.equal(failure?.exitCode, 1)
      assert.ok(failure.message.includes(`\n  ${line}`), failure.message)
      assert.match(failure.message, /\nRename/)
    })
  }

  test('are reported together', async () => {
    const failure = await refusal(
      'create table a (id integer); create table "A" (id integer); create table b (id integer); create table "B" (id integer)',
    )
    assert.match(failure?.message ?? '', /\n {2}A: table "A", table a\n {2}B: table "B", table b\n/)
  })

  test('are distinguished by another TypeScript name', async () => {
    const tables = 'create table team_member (id integer); create table "teamMember" (id integer)'
    assert.equal(await refusal(tables, { names: { teamMember: 'former_members' } }), undefined)
    const lists = `create table a (state_code text check (state_code in ('x')));
      create table b (state_code text check (state_code in ('y')))`
    assert.equal(await refusal(lists, { names: { 'b.state_code': 'letter' } }), undefined)
    const enums = `create type mood as enum ('x'); create type "Mood" as enum ('y'); create table a (x mood, y "Mood")`
    assert.equal(await refusal(enums, { names: { Mood: 'temper' } }), undefined)
  })

  test('are not a collision if the lists of values are the same', async () => {
    const sql = `create table a (state_code text check (state_code in ('x'))); create table b (state_code text check (state_code in ('x')))`
    assert.equal(await refusal(sql), undefined)
  })

  test('a schema without a table is refused', async () => {
    await assert.rejects(
      () => readCatalog(database().client, database().settings),
      (error) => error instanceof Failure && /schema public has no tables/.test(error.message),
    )
  })
})
