import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connectOwner } from 'postgres-kit/owner-client.ts'
import { lockName, whoWaits } from '../src/locks/modes.ts'
import type { HeldLock } from '../src/locks/watch.ts'
import { watchTransaction } from '../src/locks/watch.ts'
import { watchAlone } from '../src/locks/watch-alone.ts'
import { SCOPE, startTestServer, type TestServer } from './support/server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.remove())

function inWords({ object, mode, statement, reads, rewritten }: HeldLock): string {
  return [
    object,
    lockName(mode),
    `from ${statement}`,
    ...reads.map((name) => `reads ${name}`),
    ...(rewritten ? ['rewritten'] : []),
  ].join(', ')
}

const CASES: readonly [statements: readonly string[], locks: readonly string[]][] = [
  [['alter table shop.items add column size text'], ['shop.items, ACCESS EXCLUSIVE, from 1']],
  [["alter table shop.items add column size text default 'x'"], ['shop.items, ACCESS EXCLUSIVE, from 1']],
  [
    ['alter table shop.items add column at timestamptz default clock_timestamp()'],
    ['shop.items, ACCESS EXCLUSIVE, from 1, reads shop.items, rewritten'],
  ],
  [
    ['drop view shop.titles', 'alter table shop.items alter title type varchar(30)'],
    ['shop.items, ACCESS EXCLUSIVE, from 2', 'shop.titles, ACCESS EXCLUSIVE, from 1'],
  ],
  [
    ['alter table shop.items alter price type int'],
    ['shop.items, ACCESS EXCLUSIVE, from 1, reads shop.items, rewritten'],
  ],
  [
    ['alter table shop.items alter title set not null'],
    ['shop.items, ACCESS EXCLUSIVE, from 1, reads shop.items'],
  ],
  [
    ["alter table shop.items add constraint c check (title <> '') not valid"],
    ['shop.items, ACCESS EXCLUSIVE, from 1'],
  ],
  [
    [
      "alter table shop.items add constraint c check (title <> '') not valid",
      'alter table shop.items validate constraint c',
    ],
    ['shop.items, ACCESS EXCLUSIVE, from 1, reads shop.items'],
  ],
  [['select 1', 'create index on shop.items (title)'], ['shop.items, SHARE, from 2, reads shop.items']],
  [['alter policy items_own on shop.items using (true)'], ['shop.items, ACCESS EXCLUSIVE, from 1']],
  [
    ['create trigger t before insert on shop.items for each row execute function shop.stamp()'],
    ['shop.items, SHARE ROW EXCLUSIVE, from 1'],
  ],
  [
    ['drop table shop.orders'],
    ['shop.items, ACCESS EXCLUSIVE, from 1', 'shop.orders, ACCESS EXCLUSIVE, from 1'],
  ],
  [['create table shop.tags (name text)', 'alter table shop.tags add column note text'], []],
  [['update shop.items set title = title'], ['shop.items, ROW EXCLUSIVE, from 1, reads shop.items']],
  [
    ['lock table shop.items in share mode', 'alter table shop.items add column size text'],
    ['shop.items, ACCESS EXCLUSIVE, from 2'],
  ],
  [['lock table elsewhere.log'], []],
]

describe('locks of a transaction:', () => {
  for (const [statements, locks] of CASES) {
    test(statements.join('; '), async () => {
      const held = await server.withClone((client) =>
        watchTransaction(client, statements, SCOPE.foreignSchemas),
      )
      assert.deepEqual(held.map(inWords).sort(), [...locks].sort())
      assert.ok(held.every(({ milliseconds }) => milliseconds > 0))
    })
  }
})

test('a transaction that fails is rolled back, and its error is thrown', async () => {
  await server.withClone(async (client) => {
    await assert.rejects(watchTransaction(client, ['create table shop.tags ()', 'select 1 / 0'], []), {
      code: '22012',
    })
    const { rows } = await client.query("select to_regclass('shop.tags') as found")
    assert.deepEqual(rows, [{ found: null }])
  })
})

test('the locks of an index created concurrently are recorded, and the index exists afterwards', async () => {
  await server.withClone(async (client, database) => {
    const held = await watchAlone(
      client,
      'create index concurrently items_title_idx on shop.items (title)',
      SCOPE.foreignSchemas,
      () => connectOwner(database),
    )
    assert.deepEqual(held.map(inWords), ['shop.items, SHARE UPDATE EXCLUSIVE, from 1, reads shop.items'])
    const { rows } = await client.query(
      "select indisvalid from pg_index where indexrelid = 'shop.items_title_idx'::regclass",
    )
    assert.deepEqual(rows, [{ indisvalid: true }])
  })
})

test('a statement without a transaction that fails leaves no session behind', async () => {
  await server.withClone(async (client, database) => {
    const statement = 'create index concurrently items_owner_idx on shop.items (owner)'
    await assert.rejects(
      watchAlone(client, statement, [], () => connectOwner(database)),
      { code: '42P07' },
    )
  })
})

test('each lock mode says which sessions wait', () => {
  assert.equal(whoWaits('AccessExclusiveLock'), 'readers and writers wait')
  assert.equal(whoWaits('ShareLock'), 'writers wait')
  assert.equal(whoWaits('ShareUpdateExclusiveLock'), 'nobody waits')
})
