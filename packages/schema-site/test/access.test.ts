import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessCells, accessLines } from '../src/access.ts'
import { differenceOf, schemaFacts } from '../src/facts.ts'
import type { Model } from '../src/model.ts'
import { addressesFrom } from '../src/page.ts'
import { modelOf, pagesOf, withServer } from './support/site.ts'

const SCHEMA = `
create role reader;
create role server bypassrls;
create table notes (id integer primary key, author text not null, body text);
alter table notes enable row level security;
create policy notes_select on notes for select to reader using (author = current_user);
create policy notes_update on notes for update to reader using (author = current_user) with check (author = current_user);
grant select on notes to reader;
grant update (body) on notes to reader;
grant delete on notes to reader;
grant select, truncate on notes to server;
create function add_note(body text) returns void language sql as 'select 1';
revoke execute on function add_note(text) from public;
`
const CHANGE = `
grant update (author) on notes to reader;
alter policy notes_select on notes using (true);
revoke truncate on notes from server;
grant execute on function add_note(text) to reader;
alter table notes add column colour text not null default 'red';
`

test('the matrix and its differences are what PostgreSQL says', async (t) => {
  const { before, after } = await withServer(async (client) => {
    await client.query(SCHEMA)
    const before = await modelOf(client)
    await client.query(CHANGE)
    return { before, after: await modelOf(client) }
  })

  await t.test('a cell says how far a role reaches, and why', () => {
    assert.deepEqual(cell(before, 'reader', 'select', 'body'), [
      'some',
      'the rows that notes_select lets through',
    ])
    assert.deepEqual(cell(before, 'reader', 'update', 'body'), [
      'some',
      'the rows that notes_update lets through',
    ])
    assert.deepEqual(cell(before, 'reader', 'update', 'author'), [
      'none',
      'reader has no privilege for update here',
    ])
    assert.deepEqual(cell(before, 'reader', 'delete'), [
      'none',
      'no policy of notes lets reader delete a row',
    ])
    assert.deepEqual(cell(before, 'server', 'select', 'body'), ['all', 'server bypasses row level security'])
    assert.deepEqual(cell(before, 'server', 'truncate'), ['all', 'no policy holds for truncate'])
    assert.deepEqual(cell(before, 'server', 'insert', 'id'), [
      'none',
      'server has no privilege for insert here',
    ])
  })

  const difference = differenceOf(accessLines(before), accessLines(after))

  await t.test('what opened, changed and closed is found', () => {
    assert.deepEqual(
      difference.added.map(({ name }) => name),
      [
        'reader: select notes.colour',
        'reader: update notes.author',
        'server: select notes.colour',
        'reader: call public.add_note(text)',
      ],
    )
    assert.deepEqual(
      difference.changed.map(({ name }) => name),
      ['reader: select notes.id', 'reader: select notes.author', 'reader: select notes.body'],
    )
    assert.deepEqual(
      difference.removed.map(({ name }) => name),
      ['server: truncate notes'],
    )
  })

  await t.test('the matrix marks it, with a sign and a word', async () => {
    const pages = await pagesOf(after, { since: { name: 'v1', difference } })
    const matrix = pages.find(({ path }) => path === 'access.html')
    const text = matrix?.body(addressesFrom('access.html')).html ?? ''
    assert.match(text, /<td class="some opened" data-role="reader">.*reader-update.*▲ opened/)
    assert.match(text, /data-role="server">.*server-truncate.*▽ closed/)
    assert.match(text, /reader: call public\.add_note\(text\)/)
    const unchanged = (await pagesOf(after)).find(({ path }) => path === 'access.html')
    assert.doesNotMatch(unchanged?.body(addressesFrom('access.html')).html ?? '', /▲|▽|◆ changed/)
  })

  await t.test('what changed in the schema is found', () => {
    const { added, changed, removed } = differenceOf(schemaFacts(before), schemaFacts(after))
    assert.deepEqual(added, [{ name: 'column notes.colour', now: "text not null default 'red'::text" }])
    assert.deepEqual(
      changed.map(({ name }) => name),
      ['policy notes_select on notes'],
    )
    assert.deepEqual(removed, [])
  })
})

function cell(model: Model, role: string, command: string, column?: string): [string, string] {
  const found = accessCells(model).find(
    (each) => each.role === role && each.command === command && each.column === column,
  )
  return found ? [found.reach, found.why] : ['', 'no such cell']
}
