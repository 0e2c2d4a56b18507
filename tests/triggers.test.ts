import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { identifier, qualified, rowCondition, rowStatements } from '../db/facts/row.ts'
import { readSchema, type TableFacts } from '../db/facts/schema.ts'
import { useTestDatabase } from './support/database.ts'

const database = useTestDatabase()

const schema = await readSchema()

describe('a sign-up', () => {
  const cases: readonly [what: string, metaData: unknown, name: string | null][] = [
    ['takes the name', { name: 'Ada' }, 'Ada'],
    ['trims the name', { name: '  Ada \t' }, 'Ada \t'],
    ['truncates a long name by characters', { name: '🦉'.repeat(300) }, '🦉'.repeat(200)],
    ['sets no name if it is blank', { name: '   ' }, null],
    ['sets no name if it is missing', {}, null],
    ['sets no name if it is null', { name: null }, null],
    ['succeeds if the name is a number', { name: 7 }, '7'],
    ['succeeds if the name is an object', { name: { first: 'Ada' } }, '{"first": "Ada"}'],
    ['succeeds if the data is an array', ['name'], null],
    ['succeeds if the data is a string', 'name', null],
    ['succeeds if the data is a number', 1e300, null],
    ['succeeds if the data is JSON null', null, null],
    [
      'stores a name with quotes and SQL unchanged',
      { name: `'); drop table x; --"` },
      `'); drop table x; --"`,
    ],
  ]
  for (const [what, metaData, name] of cases) {
    test(what, async () => {
      assert.deepEqual(await profilesOf(await database().signUp(metaData)), [
        { name, plan_type: 'free', subscription_status: 'inactive', usage_count: 0 },
      ])
    })
  }

  test('succeeds whatever the data contains', async () => {
    // PostgreSQL's jsonb cannot contain \u0000, so no account has it.
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\u0000'))
    const metaData = fc.oneof(
      fc.record({ name: fc.jsonValue({ noUnicodeString: false }) }),
      fc.record({ name: text, plan_type: fc.constant('enterprise') }),
      fc.jsonValue(),
    )
    await fc.assert(
      fc.asyncProperty(metaData, async (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000'))
        const profiles = await profilesOf(await database().signUp(value))
        assert.deepEqual(
          profiles.map((profile) => profile.plan_type),
          ['free'],
        )
      }),
      { numRuns: 200 },
    )
  })

  test('succeeds if the data is missing, which is possible on Supabase', async () => {
    const { owner } = database()
    await owner.query('alter table auth.users alter column raw_user_meta_data drop not null')
    const { rows } = await owner.query<{ id: string }>(
      'insert into auth.users (raw_user_meta_data) values (null) returning id',
    )
    assert.equal((await profilesOf(rows[0]?.id ?? '')).length, 1)
  })

  test('is reverted, with its profile, when the account is deleted', async () => {
    const userId = await database().signUp({ name: 'Ada' })
    await database().owner.query('delete from auth.users where id = $1', [userId])
    assert.deepEqual(await profilesOf(userId), [])
  })
})

describe('updated_at', () => {
  const TABLES = schema.filter(({ columns }) => columns.some(({ name }) => name === 'updated_at'))

  const documents = TABLES.find(({ name }) => name === 'documents')
  assert.ok(documents)

  for (const table of TABLES) {
    test(`of ${table.name} increases with a change`, async () => {
      const userId = await withRow(table)
      const before = await updatedAt(table, userId)
      const [column] = table.columns.map(({ name }) => identifier(name))
      await database().owner.query(
        `update ${qualified(table)} set ${column} = ${column} where ${row(table, userId)}`,
      )
      assert.equal(await isLater(await updatedAt(table, userId), before), true)
    })

    test(`of ${table.name} cannot be set by a writer, not even the owner`, async () => {
      const userId = await withRow(table)
      await database().owner.query(
        `update ${qualified(table)} set updated_at = '2000-01-01' where ${row(table, userId)}`,
      )
      await database().owner.query(
        `update ${qualified(table)} set updated_at = '2999-01-01' where ${row(table, userId)}`,
      )
      const { rows } = await database().owner.query<{ near: boolean }>(
        `select updated_at between now() - interval '1 minute' and clock_timestamp() as near from ${qualified(table)} where ${row(table, userId)}`,
      )
      assert.deepEqual(rows, [{ near: true }])
    })
  }

  test('of every table that has the column is set by a trigger', async () => {
    const { rows } = await database().owner.query<{ table_name: string }>(
      `select columns.table_name::text
       from information_schema.columns
       where columns.table_schema = 'public' and columns.column_name = 'updated_at'
       order by 1`,
    )
    assert.deepEqual(
      rows.map((row) => row.table_name),
      TABLES.map(({ name }) => name).sort(),
    )
  })

  test('never decreases when an older transaction writes after a younger one', async () => {
    const userId = await withRow(documents)
    const older = await database().owner.connect()
    try {
      await older.query('begin')
      // This fixes now() of the older transaction before the younger one writes and commits.
      await older.query('select now()')
      await touch(userId)
      const younger = await updatedAt(documents, userId)
      await older.query("update public.documents set file_type = 'older' where user_id = $1", [userId])
      await older.query('commit')
      assert.equal(await isLater(await updatedAt(documents, userId), younger), true)
    } finally {
      older.release()
    }
  })

  test('never decreases when the clock is set back', async () => {
    const userId = await withRow(documents)
    const { owner } = database()
    // A row with a time in the future, as after the clock was set back.
    await owner.query('alter table public.documents disable trigger documents_touch_updated_at')
    await owner.query(
      "update public.documents set updated_at = now() + interval '1 day' where user_id = $1",
      [userId],
    )
    await owner.query('alter table public.documents enable trigger documents_touch_updated_at')
    const ahead = await updatedAt(documents, userId)
    await touch(userId)
    assert.equal(await updatedAt(documents, userId), ahead)
  })

  test('only increases under concurrent writers, and no change is lost', async () => {
    const userId = await withRow(documents)
    const { owner } = database()
    await owner.query('create table public.seen (n bigint generated always as identity, at timestamptz)')
    await owner.query(
      `create function public.note() returns trigger language plpgsql as
       'begin insert into public.seen (at) values (new.updated_at); return null; end'`,
    )
    await owner.query(
      'create trigger note after update on public.documents for each row execute function public.note()',
    )
    try {
      const writer = async () => {
        for (let change = 0; change < 25; change++) {
          await owner.query('update public.documents set file_size = file_size + 1 where user_id = $1', [
            userId,
          ])
        }
      }
      await Promise.all(Array.from({ length: 8 }, writer))
      // The row lock serialises the writers, and each wrote `seen` while it held the lock.
      const { rows } = await owner.query<{ changes: number; backwards: number }>(
        `select count(*)::int as changes, count(*) filter (where at < before)::int as backwards
         from (select at, lag(at) over (order by n) as before from public.seen) as steps`,
      )
      assert.deepEqual(rows, [{ changes: 200, backwards: 0 }])
    } finally {
      await owner.query('drop trigger note on public.documents')
      await owner.query('drop function public.note()')
      await owner.query('drop table public.seen')
    }
  })

  async function touch(userId: string): Promise<void> {
    await database().owner.query("update public.documents set file_type = 'younger' where user_id = $1", [
      userId,
    ])
  }

  function row(table: TableFacts, userId: string): string {
    return rowCondition(table, pg.escapeLiteral(userId))
  }

  /** As text, because a Date would lose the microseconds. */
  async function updatedAt(table: TableFacts, userId: string): Promise<string> {
    const { rows } = await database().owner.query<{ at: string }>(
      `select updated_at::text as at from ${qualified(table)} where ${row(table, userId)}`,
    )
    return rows[0]?.at ?? ''
  }

  async function isLater(later: string, earlier: string): Promise<boolean> {
    const { rows } = await database().owner.query<{ later: boolean }>(
      'select $1::timestamptz > $2::timestamptz as later',
      [later, earlier],
    )
    return rows[0]?.later ?? false
  }

  /** Adds an account with a row in the table; returns the account's id. */
  async function withRow(table: TableFacts): Promise<string> {
    const userId = await database().signUp()
    for (const statement of rowStatements(schema, table, pg.escapeLiteral(userId)))
      await database().owner.query(statement)
    return userId
  }
})

async function profilesOf(userId: string) {
  const { rows } = await database().owner.query<{ plan_type: string }>(
    'select name, plan_type, subscription_status, usage_count from public.user_profiles where user_id = $1',
    [userId],
  )
  return rows
}
