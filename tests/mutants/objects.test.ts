import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import { listMutants } from 'rls-judge/mutants/catalog.ts'
import { changedObjects, type Objects, readObjects } from 'rls-judge/mutants/objects.ts'
import { SCOPE } from '../../db/mutants/laboratory.ts'
import { useTestDatabase } from '../support/database.ts'

const database = useTestDatabase()
let unchanged: Objects | undefined

const asOwner = <T>(work: (client: pg.Client) => Promise<T>) => withOwnerClient(database().connection, work)

/** The objects that some SQL changes. */
async function changedBy(sql: string): Promise<string[]> {
  return asOwner(async (client) => {
    unchanged ??= await readObjects(client, SCOPE)
    await client.query('begin')
    await client.query(sql)
    const changed = changedObjects(unchanged, await readObjects(client, SCOPE))
    await client.query('rollback')
    return [...changed].toSorted()
  })
}

test('without a change, no object is reported', async () => {
  assert.deepEqual(await changedBy('select 1'), [])
})

const CHANGES: [string, string, string[]][] = [
  [
    'a new column with a check',
    `alter table public.documents add column language text not null default 'en'
      constraint documents_language_check check (language in ('en', 'fr'))`,
    ['column public.documents.language', 'constraint documents_language_check on public.documents'],
  ],
  [
    'a policy',
    'alter policy documents_select_own on public.documents using (true)',
    ['policy documents_select_own on public.documents'],
  ],
  ["a table's grants", 'grant truncate on public.documents to anon', ['table public.documents']],
  ["a column's grants", 'grant update (id) on public.documents to anon', ['column public.documents.id']],
  [
    'row level security',
    'alter table public.documents disable row level security',
    ['table public.documents'],
  ],
  [
    'a trigger',
    'alter table public.documents disable trigger documents_touch_updated_at',
    ['trigger documents_touch_updated_at on public.documents'],
  ],
  [
    'a function with other properties',
    'alter function private.caller_id() volatile',
    ['function private.caller_id()'],
  ],
  ["a schema's grants", 'grant create on schema private to anon', ['schema private']],
  ['a role', 'alter role anon createdb', ['role anon']],
  ['a membership', 'grant service_role to anon', ['role anon']],
  [
    'a view',
    'create view public.extra as select id from public.documents',
    ['column public.extra.id', 'table public.extra'],
  ],
]
for (const [name, sql, objects] of CHANGES)
  test(`${name} is reported, and nothing else`, async () => {
    assert.deepEqual(await changedBy(sql), objects)
  })

test('a table counts as changed if part of it was removed', async () => {
  assert.deepEqual(await changedBy('drop policy documents_select_own on public.documents'), [
    'table public.documents',
  ])
})

test('every mutant changes an existing object', async () => {
  await asOwner(async (client) => {
    const objects = await readObjects(client, SCOPE)
    const strays = (await listMutants(client, SCOPE)).flatMap((mutant) =>
      mutant.objects.filter((object) => !objects.has(object)),
    )
    assert.deepEqual(strays, [])
  })
})
