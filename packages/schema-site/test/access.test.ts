import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHTML } from 'linkedom'
import { accessCells, accessLines, grantStatements } from '../src/access.ts'
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
create policy notes_short on notes as restrictive for update to reader using (id < 10);
create policy notes_update on notes for update to reader using (author = current_user) with check (author = current_user);
create policy notes_server on notes for select to server using (true);
grant select on notes to reader;
grant update (body) on notes to reader;
grant delete on notes to reader;
grant select, truncate on notes to server;
create table drafts (id integer primary key);
alter table drafts enable row level security;
create policy drafts_select on drafts for select to reader using (id > 0);
grant select on drafts to reader;
create table kept (id integer primary key);
alter table kept enable row level security;
create policy kept_select on kept for select to reader using (id > 0);
grant select on kept to reader;
create view own_notes with (security_invoker = on) as select id from notes;
create view all_notes as select id from notes;
grant select on own_notes, all_notes to reader;
create function add_note(body text) returns void language sql as 'select 1';
revoke execute on function add_note(text) from public;
`
const CHANGE = `
grant update (author) on notes to reader;
alter policy notes_select on notes using (true);
revoke truncate on notes from server;
grant execute on function add_note(text) to reader;
alter table notes add column colour text not null default 'red';
alter table drafts disable row level security;
alter policy kept_select on kept using (id > 1);
`

test('the matrix and its differences match PostgreSQL', async (t) => {
  const { before, after } = await withServer(async (client) => {
    await client.query(SCHEMA)
    const before = await modelOf(client)
    await client.query(CHANGE)
    return { before, after: await modelOf(client) }
  })

  await t.test('a cell shows the reach of a role and the reason', () => {
    assert.deepEqual(cell(before, 'reader', 'select', 'body'), ['some', 'rows allowed by notes_select'])
    assert.deepEqual(
      accessCells(before)
        .filter(({ column, command }) => column === 'body' && command === 'select')
        .map((each) => [each.role, grantStatements([each])]),
      [
        ['reader', ['grant select on public.notes to reader']],
        ['server', ['grant select on public.notes to server']],
      ],
    )
    assert.deepEqual(
      grantStatements(
        accessCells(after).filter(
          ({ role, table, command }) => role === 'reader' && table.name === 'notes' && command === 'update',
        ),
      ),
      ['grant update (author, body) on public.notes to reader'],
      'the columns of one statement are together',
    )
    assert.deepEqual(cell(before, 'reader', 'update', 'body'), [
      'some',
      'rows allowed by notes_update, restricted by notes_short',
    ])
    assert.deepEqual(cell(before, 'reader', 'update', 'author'), [
      'none',
      'reader has no privilege for update here',
    ])
    assert.deepEqual(cell(before, 'reader', 'delete'), [
      'none',
      'no policy of notes allows reader to delete a row',
    ])
    assert.deepEqual(cell(before, 'server', 'select', 'body'), ['all', 'server bypasses row level security'])
    assert.deepEqual(cell(before, 'server', 'truncate'), ['all', 'no policy applies to truncate'])
    assert.deepEqual(cell(before, 'server', 'insert', 'id'), [
      'none',
      'server has no privilege for insert here',
    ])
    assert.deepEqual(cell(before, 'reader', 'select', 'id', 'own_notes'), [
      'some',
      'the policies of the tables that the view reads apply',
    ])
    assert.deepEqual(cell(before, 'reader', 'select', 'id', 'all_notes'), [
      'all',
      'all_notes reads with the rights of its owner',
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
      [
        'reader: select drafts.id',
        'reader: select kept.id',
        'reader: select notes.id',
        'reader: select notes.author',
        'reader: select notes.body',
      ],
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
    assert.match(text, /<td class="some opened" data-role="reader">[^\n]*reader-update[^\n]*▲ opened/)
    assert.match(text, /<td class="none" data-role="server">[^\n]*server-truncate[^\n]*▽ closed/)
    const { document } = parseHTML(text)
    const cellOf = (name: string) => document.querySelector(`a[aria-label^="${name}:"]`)?.parentElement
    assert.equal(cellOf('reader, select notes')?.className, 'some opened')
    assert.equal(cellOf('reader, delete notes')?.className, 'none')
    assert.equal(cellOf('reader, select drafts')?.className, 'all opened')
    assert.match(cellOf('reader, select drafts')?.textContent ?? '', /▲ opened/)
    assert.equal(cellOf('reader, select kept')?.className, 'some changed')
    assert.match(cellOf('reader, select kept')?.textContent ?? '', /◆ changed/)
    const functions = document.querySelector('[aria-label="Who may call functions"]')
    assert.match(
      functions?.querySelector('td.some.opened[data-role=reader]')?.textContent ?? '',
      /calls it ▲ opened/,
    )
    assert.match(
      document.querySelector('#since')?.textContent ?? '',
      /▲ opened reader: call public\.add_note\(text\)/,
    )
    const unchanged = (await pagesOf(after)).find(({ path }) => path === 'access.html')
    assert.doesNotMatch(unchanged?.body(addressesFrom('access.html')).html ?? '', /▲|▽|◆ changed/)
  })

  await t.test('what changed in the schema is found', () => {
    const { added, changed, removed } = differenceOf(schemaFacts(before), schemaFacts(after))
    assert.deepEqual(added, [{ name: 'column notes.colour', now: "text not null default 'red'::text" }])
    assert.deepEqual(
      changed.map(({ name }) => name),
      ['table drafts', 'policy kept_select on kept', 'policy notes_select on notes'],
    )
    assert.deepEqual(removed, [])
  })
})

function cell(
  model: Model,
  role: string,
  command: string,
  column?: string,
  table = 'notes',
): [string, string] {
  const found = accessCells(model).find(
    (each) =>
      each.role === role && each.command === command && each.column === column && each.table.name === table,
  )
  return found ? [found.reach, found.why] : ['', 'no such cell']
}
